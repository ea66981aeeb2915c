import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);
import{items}from"./chunk-M7W47XEM.js";var skaffoldArtifacts=document=>[document,...items(document,"profiles")].flatMap(part=>items(part,"build","artifacts"));export{skaffoldArtifacts};
