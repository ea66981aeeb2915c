import { data } from '../../../data/monitoring-settings.yaml';
import type { Fact, Upstream } from '../../core/fact.ts';
import { buildFact, byDefault, composite, unknown, written } from '../../core/fact-builder.ts';
import { type Source, spanOf } from '../../core/source.ts';
import { holdsTemplate } from '../../formats/key-values.ts';
import { type Reach, reachOf } from '../../tls/reach.ts';
import { hostOf } from '../dialects/setting-fields.ts';

const texts = data.texts.map((text) => ({
  ...text,
  section: new RegExp(text.section, 'gim'),
  off: new RegExp(text.off, 'gim'),
  half: text.half === undefined ? undefined : new RegExp(text.half, 'gim'),
  host: new RegExp(text.host, 'im'),
  plain: text.plain === undefined ? undefined : new RegExp(text.plain, 'im'),
}));

type Text = (typeof texts)[number];

/** What a configuration in lines switches off, an `upstream` for each place. */
export function textFacts(source: Source, name: string): readonly Fact<Upstream>[] {
  const text = withoutComments(source.text);
  const kind = texts.find((one) => one.words.some((word) => text.includes(word)) && fits(one, text));
  if (!kind) return [];
  const starts = [...text.matchAll(kind.section)].map(({ index }) => index);
  return [...text.matchAll(kind.off), ...(kind.half ? text.matchAll(kind.half) : [])].flatMap((match) => {
    const part = partAround(starts, text, match.index);
    return kind.plain?.test(part) ? [] : [upstream(kind, match, part, source, name)];
  });
}

/** The words alone are common: a section of the right form must be there, too. */
const fits = ({ section, off, half }: Text, text: string): boolean =>
  (section.source.includes('\\0') || new RegExp(section.source, 'im').test(text)) &&
  (new RegExp(off.source, 'im').test(text) || (half !== undefined && new RegExp(half.source, 'im').test(text)));

/** Lines of comment, as blanks: places stay. */
const withoutComments = (text: string): string =>
  text.replace(/^[ \t]*(?:[#;]|\/\/).*$/gm, (line) => ' '.repeat(line.length));

/** From the section before `at` to the one after it. */
function partAround(starts: readonly number[], text: string, at: number): string {
  const next = starts.findIndex((one) => one > at);
  const before = next === -1 ? starts.at(-1) : starts[next - 1];
  return text.slice(before ?? 0, (next === -1 ? undefined : starts[next]) ?? text.length).slice(0, longestPart);
}

/** What is longer is read up to here. */
const longestPart = 20_000;

function upstream(kind: Text, match: RegExpExecArray, part: string, source: Source, name: string): Fact<Upstream> {
  const value = match.slice(1).find((group) => group !== undefined) ?? match[0].trim();
  const start = match.index + match[0].lastIndexOf(value);
  const span = spanOf(source, start, start + value.length);
  const host = kind.host.exec(part)?.[1]?.replace(/^["']|["']$/g, '');
  const known = host !== undefined && !holdsTemplate(host);
  const off = written(false, span);
  const half = kind.half !== undefined && new RegExp(kind.half.source, 'im').test(match[0]);
  const label = source.held ? `${source.held.name} in ${source.held.holder}` : name.replace(/^.*\//, '');
  return buildFact<Upstream>(
    { technology: 'monitoring', subject: `${kind.product}, ${label}`, self: span },
    { kind: 'upstream', ...(known && { target: hostOf(host) }) },
    {
      tls: byDefault(true, 'verification is a matter of TLS'),
      verify: composite<NonNullable<Upstream['verify']>>({
        chain: half ? byDefault(true, 'the chain is still checked') : off,
        hostname: off,
      }),
      exposure: known ? written<Reach>(reachOf(hostOf(host)), span) : unknown,
    },
  );
}
