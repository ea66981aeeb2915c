import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);
var isMainFile=path=>/(?:^|[/_.-])main\.cf[^/]*$/.test(path);export{isMainFile};
