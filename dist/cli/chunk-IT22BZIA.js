import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);
import{items}from"./chunk-N7R6KVIZ.js";var skaffoldArtifacts=document=>[document,...items(document,"profiles")].flatMap(part=>items(part,"build","artifacts"));export{skaffoldArtifacts};
