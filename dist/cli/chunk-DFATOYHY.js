import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);
var template="(?:\\.(?:j2|jinja2?|erb|ej2|epp|tmpl|tpl|template|ctmpl|in|sample))?$",accessFile=new RegExp(`(?:^|/)[^/]*pg_hba[^/]*\\.conf${template}`),isAccessFile=path=>accessFile.test(path);export{template,isAccessFile};
