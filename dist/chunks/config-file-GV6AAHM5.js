import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);
import{parseConfigFile,unknownPolicy}from"./chunk-XOMFZZ4D.js";import"./chunk-462BX35I.js";import"./chunk-BM57D3AM.js";import"./chunk-EWKWBRXY.js";import"./chunk-XESF2B2E.js";import"./chunk-E3JWMDON.js";export{parseConfigFile,unknownPolicy};
