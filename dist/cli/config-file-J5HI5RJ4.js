import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);
import{parseConfigFile,unknownPolicy}from"./chunk-HECSCE6S.js";import"./chunk-S53TIUSZ.js";import"./chunk-7OLFQE3C.js";import"./chunk-TGO7ZIIJ.js";import"./chunk-5UXSTU53.js";export{parseConfigFile,unknownPolicy};
