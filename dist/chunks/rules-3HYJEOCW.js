import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);
import{builtinRules}from"./chunk-XHTBH3GV.js";import"./chunk-TQBCPPDJ.js";import"./chunk-E3JWMDON.js";export{builtinRules};
