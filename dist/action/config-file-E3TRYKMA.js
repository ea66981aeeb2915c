import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);
import{parseConfigFile,unknownPolicy}from"./chunk-6I25STTZ.js";import"./chunk-NY2EM3W3.js";import"./chunk-6C7XPE77.js";import"./chunk-5OB7IFPI.js";import"./chunk-UNXFNCCV.js";export{parseConfigFile,unknownPolicy};
