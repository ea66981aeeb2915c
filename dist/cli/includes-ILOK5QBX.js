import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);
import{includeReader,isMain,spliced,unitsOf}from"./chunk-6R2DVAXQ.js";import"./chunk-UIPWQDPA.js";import"./chunk-DAO7TSNR.js";import"./chunk-X3QIGGHE.js";import"./chunk-MSU3TNCE.js";import"./chunk-5UXSTU53.js";export{includeReader,isMain,spliced,unitsOf};
