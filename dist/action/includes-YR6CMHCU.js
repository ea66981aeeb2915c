import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);
import{includeReader,isMain,spliced,unitsOf}from"./chunk-QJXXF3ZF.js";import"./chunk-OE6A2JB5.js";import"./chunk-HVL4QVAY.js";import"./chunk-BFVLXUTR.js";import"./chunk-UNXFNCCV.js";export{includeReader,isMain,spliced,unitsOf};
