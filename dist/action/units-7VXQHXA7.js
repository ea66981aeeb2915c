import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);
import{readsLikeHaproxy,unitsOf}from"./chunk-KBKRD5ZQ.js";import"./chunk-S7K6ANIZ.js";import"./chunk-54KZ4ONZ.js";import"./chunk-HVL4QVAY.js";import"./chunk-BFVLXUTR.js";import"./chunk-UNXFNCCV.js";export{readsLikeHaproxy,unitsOf};
