import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);
import{parseConfigFile,unknownPolicy}from"./chunk-3GHSJBB5.js";import"./chunk-P4AEQJ22.js";import"./chunk-6C7XPE77.js";import"./chunk-5OB7IFPI.js";import"./chunk-UNXFNCCV.js";export{parseConfigFile,unknownPolicy};
