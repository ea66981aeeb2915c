import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);
import{readsLikeHaproxy,unitsOf}from"./chunk-ZSHS6ZM7.js";import"./chunk-YD2375KR.js";import"./chunk-M4ZC2XOK.js";import"./chunk-DAO7TSNR.js";import"./chunk-MSU3TNCE.js";import"./chunk-5UXSTU53.js";export{readsLikeHaproxy,unitsOf};
