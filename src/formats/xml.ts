import { SaxesParser } from 'saxes';
import type { Diagnostic } from '../core/finding.ts';
import { nestedSource, type Range, type Segment, type Source, spanOf } from '../core/source.ts';
import { holdsTemplate } from './key-values.ts';
import type { Word } from './word.ts';

/** An element of an XML document. Comments and processing instructions are left out. */
export interface XmlElement {
  readonly name: string;
  readonly nameRange: Range;
  /** In the order written. The value's range leaves the quotes out; `unknown` where a placeholder decides it. */
  readonly attributes: readonly XmlAttribute[];
  readonly children: readonly XmlElement[];
  /** The text directly inside, CDATA included, between the first and the last character that is no blank. */
  readonly content: Word | undefined;
}

export interface XmlAttribute {
  readonly name: string;
  readonly value: Word;
}

export interface XmlFile {
  readonly root: XmlElement | undefined;
  /** An entity of the document's own may add elements and text. */
  readonly open: boolean;
  /** `parse-error`: the first place that is not well-formed. What could be read of the rest was. */
  readonly diagnostics: readonly Diagnostic[];
}

interface Building {
  name: string;
  nameRange: Range;
  attributes: XmlAttribute[];
  children: XmlElement[];
  content: Word | undefined;
}

const deepestXml = 200;
/** After so many errors the text is no XML, and is not read any further. */
const mostErrors = 100;
const enough = new Error('too many errors');
/** Stands where a template action stood: a character that is allowed everywhere in XML text. */
const filler = '\uE000';

/**
 * Reads an XML document (XML 1.0, fifth edition). Entities of its own are not expanded, and nothing outside is fetched.
 * Never throws. Template actions (`<% … %>`) make the values that hold them unknown.
 */
export function parseXml(source: Source): XmlFile {
  const text = source.text.replace(/<%[\s\S]{0,300}?%>/g, (action) => filler.repeat(action.length));
  const templated = text !== source.text || /\{%|\{\{/.test(text);
  const diagnostics: Diagnostic[] = [];
  const stack: Building[] = [];
  let root: XmlElement | undefined;
  let open = false;
  let depth = 0;
  let attributes: XmlAttribute[] = [];
  let nameRange: Range = { start: 0, end: 0 };
  const parser = new SaxesParser({ xmlns: false, position: true });
  let errors = 0;
  parser.on('error', (error) => {
    if (++errors > mostErrors) throw enough;
    if (error.message.includes('undefined entity')) open = true;
    else if (diagnostics.length === 0 && !templated) {
      const at = Math.min(Math.max(parser.position - 1, 0), text.length);
      const reason = error.message.replace(/^\d+:\d+: /, '').replace(/\.$/, '');
      const message = `this is not well-formed XML: ${reason}; what follows may have been read wrongly`;
      diagnostics.push({ code: 'parse-error', message, span: spanOf(source, at, Math.min(at + 1, text.length)) });
    }
  });
  parser.on('opentagstart', ({ name }) => {
    const start = text.lastIndexOf(`<${name}`, parser.position) + 1;
    nameRange = { start, end: start + name.length };
    attributes = [];
  });
  parser.on('attribute', ({ name, value }) => {
    attributes.push({ name, value: valueWord(source, text, parser.position, value) });
  });
  parser.on('opentag', ({ name }) => {
    depth++;
    if (depth > deepestXml) return;
    const element: Building = { name, nameRange, attributes, children: [], content: undefined };
    stack.at(-1)?.children.push(element);
    root ??= element;
    stack.push(element);
  });
  parser.on('closetag', () => {
    if (depth <= deepestXml) stack.pop();
    depth--;
  });
  parser.on('text', (value) => addContent(stack.at(-1), source, text, parser.position, value));
  parser.on('cdata', (value) => addContent(stack.at(-1), source, text, parser.position - ']]>'.length, value));
  try {
    parser.write(text);
    parser.close();
  } catch (error) {
    if (error !== enough) throw error;
  }
  return { root, open: open || templated, diagnostics };
}

/** The elements of this name directly inside. */
export const childrenNamed = (element: XmlElement, name: string): readonly XmlElement[] =>
  element.children.filter((child) => child.name === name);

/** The value of an attribute. Of duplicates, which are not well-formed, the first counts. */
export const attributeOf = (element: XmlElement, name: string): Word | undefined =>
  element.attributes.find((attribute) => attribute.name === name)?.value;

/** The elements of this name, at any depth. */
export const descendantsNamed = (element: XmlElement, name: string): readonly XmlElement[] =>
  element.children.flatMap((child) => [...(child.name === name ? [child] : []), ...descendantsNamed(child, name)]);

/** `${property}`, `@TOKEN@`, `{{ x }}`, an entity, a template action. */
const mayBeFilledIn = (value: string): boolean =>
  value.includes(filler) || holdsTemplate(value) || /#\{|&[\w-]+;|@[A-Za-z_][\w.]*@/.test(value);

/** A value that was read up to its closing quote, which is the last quote before `position`. */
function valueWord(source: Source, text: string, position: number, value: string): Word {
  const end = closingQuote(text, position);
  const quote = text[end];
  const start = quote === '"' || quote === "'" ? text.lastIndexOf(quote, end - 1) + 1 : Math.max(end - value.length, 0);
  const range = { start, end: Math.max(start, end) };
  const unknown = mayBeFilledIn(value);
  const segments = range.end - range.start === value.length ? [] : segmentsOf(text, range, value);
  if (segments.length === 0) return { text: value, source, range, unknown };
  return {
    text: value,
    source: nestedSource(source, value, segments),
    range: { start: 0, end: value.length },
    unknown,
  };
}

/** Where the parts of a value between references and line ends were written; none where that cannot be told. */
function segmentsOf(text: string, range: Range, value: string): readonly Segment[] {
  let length = 0;
  const segments = [...text.slice(range.start, range.end).matchAll(/\r\n|&#?\w+;|[^\r&]+|[\r&]/g)].map(
    ({ 0: raw, index }): Segment => {
      const inner = { start: length, end: length + (raw === '\r\n' || raw.startsWith('&') ? 1 : raw.length) };
      length = inner.end;
      return { inner, outer: { start: range.start + index, end: range.start + index + raw.length } };
    },
  );
  return length === value.length ? segments : [];
}

function closingQuote(text: string, position: number): number {
  for (let index = Math.min(position, text.length) - 1; index >= 0 && index >= position - 3; index--) {
    if (text[index] === '"' || text[index] === "'") return index;
  }
  return Math.min(position, text.length);
}

/** What may stand between the end of a text and the place where it is reported. */
const longestMark = 40;

/** Text is reported when the tag after it begins: it ends there. */
function addContent(
  element: Building | undefined,
  source: Source,
  text: string,
  position: number,
  value: string,
): void {
  const trimmed = value.trim();
  if (!element || trimmed === '' || element.content) return;
  const limit = Math.min(position, text.length);
  const from = Math.max(limit - value.length - longestMark, 0);
  const inside = text.slice(from, limit).lastIndexOf(trimmed);
  const start = inside === -1 ? limit : from + inside;
  const end = inside === -1 ? limit : start + trimmed.length;
  element.content = { text: trimmed, source, range: { start, end }, unknown: mayBeFilledIn(trimmed) };
}
