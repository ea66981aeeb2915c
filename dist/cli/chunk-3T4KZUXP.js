import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);
import{didYouMean,policyNames,unknownPolicy}from"./chunk-VXLCEFJX.js";var UserError=class extends Error{name="UserError"};import{parseArgs}from"node:util";var options={format:{type:"string",multiple:!0},"fail-on":{type:"string",multiple:!0},config:{type:"string",multiple:!0},"no-config":{type:"boolean"},policy:{type:"string",multiple:!0},today:{type:"string",multiple:!0},rule:{type:"string",multiple:!0},"list-rules":{type:"boolean"},version:{type:"boolean"},help:{type:"boolean",short:"h"}},helpText=formats=>`tlslint reads a repository and says which of its TLS settings will hurt.

Usage: tlslint [options] [paths\u2026]

Paths are files or folders; without one, the working directory is read. Left out are what .gitignore files leave out,
version control, installed packages and caches. A path given by name is always read. Symbolic links are not followed.

  --format ${formats.join("|")}
                        how findings are written (default: text)
  --fail-on error|warning|note|never
                        exit with 1 from this severity on (default: error); a diagnostic counts as a warning
  --config FILE         configuration file (default: .tlslint.yml here or above, up to the git root)
  --no-config           use no configuration file
  --policy NAME         ${policyNames().join(", ")}
  --today YYYY-MM-DD    judge expiry as on this day
  --rule ID             run only this rule; may be given several times
  --list-rules          list the rules and their severities
  --version             print the version
  -h, --help            print this

Exit codes: 0 clean, 1 findings, 2 wrong use (options, configuration, missing path), 3 a bug in tlslint.
`;function parseCommandLine(argv,formats){let{tokens,positionals}=parseArgs({args:[...argv],options,allowPositionals:!0,strict:!1,tokens:!0}),given=new Map;for(let token of tokens){if(token.kind!=="option")continue;let values=given.get(token.name)??[];given.set(token.name,[...values,checkedValue(token)])}let last=name=>given.get(name)?.at(-1),config=last("config");if(config!==void 0&&given.has("no-config"))throw new UserError("give --config or --no-config, not both");let policy=last("policy");if(policy!==void 0&&!policyNames().includes(policy))throw new UserError(unknownPolicy(policy));return{action:given.has("help")?"help":given.has("version")?"version":given.has("list-rules")?"list-rules":"lint",paths:positionals.length>0?positionals:["."],format:oneOf(formats,last("format")??"text","--format"),failOn:oneOf(failOnValues,last("fail-on")??"error","--fail-on"),config:given.has("no-config")?{kind:"none"}:config===void 0?{kind:"search"}:{kind:"file",path:config},policy,today:dayOf(last("today")),rules:given.get("rule")}}function checkedValue({name,rawName,value,inlineValue}){if(!isOption(name)||rawName.length===2&&name!=="help"){let known=Object.keys(options).map(option=>`--${option}`);throw new UserError(`unknown option ${rawName}${didYouMean(rawName,known)||'; "tlslint --help" lists them'}`)}if(options[name].type==="boolean"){if(value!==void 0)throw new UserError(`${rawName} takes no value`);return""}if(value===void 0||value===""||!inlineValue&&value.startsWith("-"))throw new UserError(`${rawName} needs a value; "tlslint --help" says which`);return value}var isOption=name=>Object.hasOwn(options,name),failOnValues=["error","warning","note","never"];function oneOf(values,written,what){let found=values.find(value=>value===written);if(found===void 0)throw new UserError(`${what} must be ${listed(values)}, not "${written}"${didYouMean(written,values)}`);return found}var listed=values=>`${values.slice(0,-1).join(", ")} or ${values.at(-1)}`;function dayOf(written){if(written===void 0)return;let day=new Date(`${written}T00:00:00Z`);if(!/^\d{4}-\d{2}-\d{2}$/.test(written)||Number.isNaN(day.getTime())||day.toISOString().slice(0,10)!==written)throw new UserError(`--today must be a day such as 2026-03-31, not "${written}"`);return day}var unknownRules=(ids,known)=>ids.filter(id=>!known.includes(id)).map(id=>`unknown rule "${id}"${didYouMean(id,known)||'; "tlslint --list-rules" lists them'}`);var version="0.1.0";export{UserError,helpText,parseCommandLine,unknownRules,version};
