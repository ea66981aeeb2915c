import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);
import{includeReader,isMain,spliced,unitsOf}from"./chunk-7WTZUCKP.js";import"./chunk-OE6A2JB5.js";import"./chunk-HVL4QVAY.js";import"./chunk-LN4ON26B.js";import"./chunk-BFVLXUTR.js";import"./chunk-UNXFNCCV.js";export{includeReader,isMain,spliced,unitsOf};
