import type { Fact } from '../../../../core/fact.ts';
import type { Source } from '../../../../core/source.ts';
import { spanOf } from '../../../../core/source.ts';
import type { Extraction } from '../../../../core/technology.ts';
import { blankTokens } from '../../code-text.ts';
import { undecided } from '../../need/evidence.ts';
import { builtImage } from '../built-image.ts';

/** More images than this in one file, and more text than this in one of them, are not read. */
const mostImages = 100;
const longestSet = 50_000;

/** The images that a Nix expression builds with an attribute set that stands beside the function. */
export function nixImages(source: Source): Extraction {
  const text = withoutComments(source.text);
  const calls = [
    ...text.matchAll(
      /\bdockerTools\.(?:buildImage|buildLayeredImage|streamLayeredImage)\b(?=[ \t\r\n]*(?:rec[ \t\r\n]*)?\{)/g,
    ),
  ];
  return {
    facts: calls.slice(0, mostImages).map((call) => imageOf(source, text, call.index, call[0])),
    diagnostics: [],
  };
}

function imageOf(source: Source, text: string, start: number, called: string): Fact {
  const open = text.indexOf('{', start + called.length);
  const attributes = attributesOf(text, open);
  const name = /^"([^"$\\\n]+)"$/.exec(attributes.get('name')?.trim() ?? '')?.[1] ?? 'image';
  const self = spanOf(source, start, start + called.length);
  return builtImage({
    technology: 'nix',
    subject: name === 'image' ? 'the image that Nix builds' : `the image ${name}`,
    self,
    name,
    base: { reference: 'nixpkgs', span: self },
    caBundle: hasBundle(attributes) ? 'present' : 'unknown',
    need: () => undecided,
    fix: 'add dockerTools.caCertificates to its contents',
  });
}

/** Whether the bundle is named where that puts it into the image whatever else holds: in its contents, or by a variable. */
function hasBundle(attributes: ReadonlyMap<string, string>): boolean {
  const listed = [attributes.get('contents'), attributes.get('copyToRoot')].some(
    (value) => value !== undefined && /\b(?:caCertificates|cacert)\b/.test(value) && !mayLeaveOut(value),
  );
  return listed || /"(?:NIX_)?SSL_CERT_FILE=\$\{[^{}]*\bcacert\b[^{}]*\}/.test(attributes.get('config') ?? '');
}

const token = /"(?:[^"\\]|\\[\s\S])*"|''(?:[^']|'(?!')|''['$\\])*''|[{}()[\];]/g;

/** Whether a condition decides what is taken, or only some folders are linked. Source: nixpkgs manual, "pkgs.buildEnv". */
const mayLeaveOut = (value: string): boolean =>
  /\b(?:if|optionals?|mkIf)\b/.test(value) || (/\bpathsToLink\b/.test(value) && !/"\/(?:etc)?"/.test(value));

/** The attributes of the set whose brace opens at `open`, each with the text of its value. */
function attributesOf(text: string, open: number): ReadonlyMap<string, string> {
  const attributes = new Map<string, string>();
  let depth = 0;
  let from = open + 1;
  token.lastIndex = open;
  for (let match = token.exec(text); match; match = token.exec(text)) {
    const [mark] = match;
    if (/^[{([]$/.test(mark)) depth++;
    else if (/^[})\]]$/.test(mark)) depth--;
    if (depth === 0 || match.index > open + longestSet) break;
    if (mark !== ';' || depth > 1) continue;
    // `with pkgs;` is the beginning of a value.
    if (/\bwith\s+[\w.]+\s*$/.test(text.slice(Math.max(match.index - 100, from), match.index))) continue;
    const [whole, name] = /^\s*([\w.-]+)\s*=(?!=)/.exec(text.slice(from, match.index)) ?? [];
    if (whole !== undefined && name !== undefined) attributes.set(name, text.slice(from + whole.length, match.index));
    from = match.index + 1;
  }
  return attributes;
}

/** The text without comments. */
const withoutComments = (text: string): string =>
  blankTokens(text, /"(?:[^"\\]|\\[\s\S])*"|''(?:[^']|'(?!')|''['$\\])*''|#[^\n]*|\/\*[\s\S]*?(?:\*\/|$)/g, /^[#/]/);
