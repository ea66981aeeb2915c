import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { spanOfWord } from '../../src/formats/word.ts';
import { attributeOf, childrenNamed, descendantsNamed, parseXml, type XmlElement } from '../../src/formats/xml.ts';

const parse = (text: string) => parseXml({ path: 'server.xml', text });

/** The tree as text: `name[attribute=value](children)`. */
const shape = (element: XmlElement): string => {
  const attributes = element.attributes.map(({ name, value }) => `${name}=${value.unknown ? '?' : ''}${value.text}`);
  const content = element.content ? [`'${element.content.text}'`] : [];
  return `${element.name}[${attributes.join(' ')}](${[...content, ...element.children.map(shape)].join(' ')})`;
};
const shapeOf = (text: string) => {
  const { root } = parse(text);
  return root ? shape(root) : '';
};
const everyElement = (element: XmlElement): readonly XmlElement[] => [
  element,
  ...element.children.flatMap(everyElement),
];

describe('reading XML', () => {
  test.each([
    ['elements and attributes', '<?xml version="1.0"?><a b="1"><c d=\'2\'/></a>', 'a[b=1](c[d=2]())'],
    ['text and comments', '<a>\n <!-- x --> hi <b/></a>', "a[]('hi' b[]())"],
    ['CDATA', '<a><![CDATA[<x>]]></a>', "a[]('<x>')"],
    ['entities of XML', '<a b="&lt;&amp;&#65;"/>', 'a[b=<&A]()'],
    ['attributes over lines', '<a\n  b="1"\r\n  c="2" />', 'a[b=1 c=2]()'],
    [
      'placeholders',
      '<a b="${x}" c="@Y@" d="{{ z }}" e="a@b.example"/>',
      'a[b=?${x} c=?@Y@ d=?{{ z }} e=a@b.example]()',
    ],
    ['a byte order mark', '\uFEFF<a/>', 'a[]()'],
    ['an internal subset is not expanded', '<!DOCTYPE a [<!ENTITY e "x">]><a><b/></a>', 'a[](b[]())'],
  ])('%s', (_name, text, expected) => {
    expect(shapeOf(text)).toBe(expected);
    expect(parse(text).diagnostics).toEqual([]);
  });

  test('names, values and content know their places', () => {
    const text =
      '<Server>\r\n  <Connector port="8443"\n    protocols = \'TLSv1.2,TLSv1.3\' x="a&lt;b"> text </Connector></Server>';
    const { root } = parse(text);
    const [connector] = root ? childrenNamed(root, 'Connector') : [];
    if (!connector?.content) throw new Error('no connector');
    const places = [...connector.attributes.map(({ value }) => value), connector.content].map((value) =>
      spanOfWord(value),
    );
    expect(places.map(({ start, end }) => text.slice(start, end))).toEqual([
      '8443',
      'TLSv1.2,TLSv1.3',
      'a&lt;b',
      'text',
    ]);
    expect(text.slice(connector.nameRange.start, connector.nameRange.end)).toBe('Connector');
  });

  test('elements are found at any depth', () => {
    const { root } = parse('<a><b><c x="1"/></b><c x="2"/></a>');
    const found = root ? descendantsNamed(root, 'c') : [];
    expect(found.map((element) => attributeOf(element, 'x')?.text)).toEqual(['1', '2']);
  });

  test('what is broken is said once, and the rest is read', () => {
    const text = '<a><b x="1" x="2"/><c y=3/></b></a>';
    const { diagnostics } = parse(text);
    expect(diagnostics).toHaveLength(1);
    expect(diagnostics[0]?.message).toContain('this is not well-formed XML: duplicate attribute: x');
    expect(shapeOf(text)).toContain('b[x=1 x=2]');
  });

  test('a document entity leaves it open', () => {
    expect(parse('<!DOCTYPE a [<!ENTITY e SYSTEM "x.xml">]><a>&e;<b/></a>').open).toBe(true);
    expect(parse('<a><b/></a>').open).toBe(false);
  });

  test('a template makes values unknown, and no error', () => {
    const { root, diagnostics } = parse('<a><% if x %><b c="<%= d %>" e="f"/><% end %></a>');
    expect(diagnostics).toEqual([]);
    expect(root?.children[0]?.attributes.map(({ value }) => value.unknown)).toEqual([true, false]);
  });

  test('no text makes the reader throw, and values slice back', () => {
    const pieces = fc.constantFrom(
      '<a',
      '<b ',
      '>',
      '/>',
      '</a>',
      ' x="1"',
      " y='",
      '"',
      '<!--',
      '-->',
      '<![CDATA[',
      ']]>',
      '&lt;',
      '&e;',
      'text',
      '\r\n',
      '<?x ?>',
      '<%',
      '%>',
      '😀',
      '<!DOCTYPE a [',
      ']',
    );
    const texts = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.array(pieces).map((parts) => parts.join('')),
    );
    fc.assert(
      fc.property(texts, (text) => {
        const { root } = parse(text);
        for (const element of root ? everyElement(root) : []) {
          expect(text.slice(element.nameRange.start, element.nameRange.end)).toBe(element.name);
          for (const { value } of element.attributes) {
            const { start, end } = spanOfWord(value);
            expect(start).toBeLessThanOrEqual(end);
            expect(end).toBeLessThanOrEqual(text.length);
          }
        }
      }),
    );
  });
});
