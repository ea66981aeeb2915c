import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);
function*joinedLines(text,goesOn){for(let start=0;start<text.length;){let parts=[],end=start;for(let joined=!0;joined&&end<text.length;){let newline=text.indexOf(`
`,end),next=newline===-1?text.length:newline+1,line=text.slice(end,next);joined=goesOn(line),parts.push(joined?line.replace(/\\\r?\n$/,gap=>" ".repeat(gap.length)):line),end=next}yield{text:parts.join(""),start,end},start=end}}export{joinedLines};
