import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { parseHcl } from '../../src/formats/hcl.ts';
import type { HclBody, HclItem, HclValue } from '../../src/formats/hcl-tree.ts';
import { spanOfWord, type Word } from '../../src/formats/word.ts';

const parse = (text: string) => parseHcl({ path: 'main.hcl', text });

/** The tree as text: unknown words begin with `?`, unknown values are `?`. */
const word = ({ text, unknown }: Word): string => (unknown ? `?${text}` : text);
function value(node: HclValue): string {
  switch (node.kind) {
    case 'scalar':
      return node.style === 'plain' ? word(node.word) : JSON.stringify(word(node.word));
    case 'list':
      return `[${node.items.map(value).join(', ')}]`;
    case 'object':
      return `{${body(node.body)}}`;
    case 'unknown':
      return '?';
  }
}
const item = (node: HclItem): string =>
  node.kind === 'attribute'
    ? `${word(node.key)}=${value(node.value)}`
    : `${[node.type, ...node.labels].map(word).join(' ')}{${body(node.body)}}`;
const body = ({ items, open }: HclBody): string => `${open ? '…' : ''}${items.map(item).join('; ')}`;
const shape = (text: string) => body(parse(text).body);

/** Every word of a tree. */
const wordsOfValue = (node: HclValue): readonly Word[] =>
  node.kind === 'scalar'
    ? [node.word]
    : node.kind === 'list'
      ? node.items.flatMap(wordsOfValue)
      : node.kind === 'object'
        ? words(node.body)
        : [];
const words = ({ items }: HclBody): readonly Word[] =>
  items.flatMap((node) =>
    node.kind === 'attribute'
      ? [node.key, ...wordsOfValue(node.value)]
      : [node.type, ...node.labels, ...words(node.body)],
  );

describe('reading HCL', () => {
  test.each([
    ['attributes', 'a = "x"\nb = 12\nc = true\nd = null', 'a="x"; b=12; c=true; d=null'],
    ['blocks with labels', 'listener "tcp" {\n address = "0.0.0.0:8200"\n}', 'listener tcp{address="0.0.0.0:8200"}'],
    ['bare labels and dots', 'a b.c { }', 'a b.c{}'],
    ['HCL 1 on one line', 'listener "tcp" { a = "x" tls_disable = 1 }', 'listener tcp{a="x"; tls_disable=1}'],
    ['a brace on the next line', 'path "a/*"\n{\n b = 1\n}', 'path a/*{b=1}'],
    ['an object is a body', 'tls = { a = 1, b : "c" }', 'tls={a=1; b="c"}'],
    ['nested blocks in objects', 'tls = {\n https {\n a = 1\n }\n}', 'tls={https{a=1}}'],
    ['lists over lines, with a last comma', 'a = [\n  "x", # one\n  2,\n]', 'a=["x", 2]'],
    ['lists of objects', 'a = [{ b = 1 }, { b = 2 }]', 'a=[{b=1}, {b=2}]'],
    ['comments', '# one\na = 1 // two\n/* three\n */ b = 2', 'a=1; b=2'],
    ['quoted keys', '"a b" = 1\nm = { "x.y" = 2 }', 'a b=1; m={x.y=2}'],
    ['escapes', 'a = "q\\"\\t\\\\ \\u00e9 $${x}"', 'a="q\\"\\t\\\\ é ${x}"'],
    [
      'interpolation is unknown, quotes inside and all',
      'a = "x-${var.b["k"]}-${f("}")}"',
      'a="?x-${var.b[\\"k\\"]}-${f(\\"}\\")}"',
    ],
    ['a heredoc', 'a = <<EOF\nx\n y\nEOF\nb = 1', 'a="x\\n y\\n"; b=1'],
    ['an indented heredoc with interpolation', 'a = <<-EOF\n  ${x}\n  EOF\nb = 1', 'a="?  ${x}\\n"; b=1'],
    ['references and calls', 'a = var.x\nb = f(1, "}")\nc = local.m["k"]\nd = 1', 'a=?; b=?; c=?; d=1'],
    ['operators', 'a = 1 + 2\nb = x ? "y" : "z"\nc = !d\ne = "a" == "b"\nf = -1', 'a=?; b=?; c=?; e=?; f=-1'],
    ['operations in lists', 'a = ["x", var.y, b ? 1 : 2]', 'a=["x", ?, ?]'],
    ['for expressions', 'a = [for x in y : x]\nb = {for k, v in m : k => v if v != ""}\nc = 1', 'a=?; b=?; c=1'],
    ['parentheses over lines', 'a = (\n  1 +\n  2\n)\nb = 1', 'a=?; b=1'],
    ['computed keys', 'm = { (var.k) = 1, "${x}" = 2 }', 'm={?(var.k)=1; ?${x}=2}'],
    [
      'a template in place of a value',
      'a = {{ addr }}:8200\nb = "{{ x | default("y") }}"\nc = @PORT@',
      'a=?; b="?{{ x | default(\\"y\\") }}"; c=?',
    ],
    [
      'template control leaves a body open',
      '{% if x %}\na = 1\n{% endif %}\nb { {{ range . }} c = 2 {{ end }} }',
      '…a=1; b{…c=2}',
    ],
    ['CRLF and a byte order mark', '\uFEFFa = 1\r\nb {\r\n c = "d"\r\n}\r\n', 'a=1; b{c="d"}'],
  ])('%s', (_name, text, expected) => {
    expect(shape(text)).toBe(expected);
    expect(parse(text).diagnostics).toEqual([]);
  });

  test('Terraform', () => {
    const text = `
      resource "aws_lb_listener" "web" {
        load_balancer_arn = aws_lb.web.arn
        port              = "443"
        ssl_policy        = var.old ? "ELBSecurityPolicy-2016-08" : local.policy
        default_action {
          type = "forward"
          forward { target_group { arn = aws_lb_target_group.web[0].arn } }
        }
        dynamic "tag" {
          for_each = { for t in var.tags : t.key => t.value }
          content { key = tag.value }
        }
        lifecycle { ignore_changes = [ssl_policy] }
      }
      variable "versions" {
        type    = list(object({ name = string, min = optional(string, "1.2") }))
        default = [{ name = "a", min = "1.0" }]
      }
      locals { json = jsonencode({ a = [1, 2], b = "}" }) }
    `;
    expect(shape(text)).toBe(
      'resource aws_lb_listener web{load_balancer_arn=?; port="443"; ssl_policy=?; ' +
        'default_action{type="forward"; forward{target_group{arn=?}}}; ' +
        'dynamic tag{for_each=?; content{key=?}}; lifecycle{ignore_changes=[?]}}; ' +
        'variable versions{type=?; default=[{name="a"; min="1.0"}]}; locals{json=?}',
    );
    expect(parse(text).diagnostics).toEqual([]);
  });

  test.each([
    ['a block that is never closed', 'a {\n b = 1\n', 'a{b=1}', ['{', 'this block is never closed: expected "}"']],
    ['a list that is never closed', 'a = ["x"', 'a=["x"]', ['[', 'this list is never closed: expected "]"']],
    [
      'a string that is never closed',
      'a = "x\nb = 1',
      'a="x"; b=1',
      ['"', 'this string is never closed: expected "\\""'],
    ],
    ['a name alone', 'oops\nb = 1', 'b=1', ['oops', 'expected "=" and a value, or "{", after oops']],
    ['no value', 'a =\nb = 1', 'a=?; b=1', ['', 'expected a value']],
    ['no name', '= 1\nb = 1', 'b=1', ['=', 'expected a name, such as listener or address']],
    ['a comment that is never closed', 'a = 1 /* x', 'a=1', ['/*', 'this comment is never closed: expected "*/"']],
    [
      'a heredoc that is never closed',
      'a = <<E\nx',
      'a="?x"',
      ['<<E', 'this heredoc is never closed: expected a line with E'],
    ],
  ])('%s is said, and the rest is read', (_name, text, expected, [place, message]) => {
    const { diagnostics } = parse(text);
    expect(shape(text)).toBe(expected);
    expect(diagnostics.map(({ span }) => text.slice(span.start, span.end))[0]).toBe(place);
    expect(diagnostics[0]?.message).toBe(message);
  });

  test('a word inside an escaped string keeps its own place', () => {
    const text = 'a = "x\\"y, zz"';
    const [found] = words(parse(text).body).slice(1);
    if (!found) throw new Error('no word');
    const span = spanOfWord(found, { start: 5, end: 7 });
    expect(text.slice(span.start, span.end)).toBe('zz');
  });

  const pieces = fc.constantFrom(
    ...['a', '"b"', '=', ':', '{', '}', '[', ']', '(', ')', ',', '\n', '"', '${', '%{', '{{', '}}', '<<EOF\n', 'EOF\n'],
    ...[
      '# x\n',
      '/*',
      '*/',
      '//',
      '\\',
      '1',
      'true',
      '?',
      '.',
      '<%',
      '%>',
      '$${',
      'for x',
      '😀',
      '\r\n',
      '\t',
      '{%',
      '%}',
    ],
  );
  const texts = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.array(pieces, { maxLength: 60 }).map((parts) => parts.join('')),
  );

  test('no text makes the reader throw, and places slice back to words', () => {
    fc.assert(
      fc.property(texts, (text) => {
        for (const found of words(parse(text).body)) {
          const { start, end } = spanOfWord(found);
          expect(start).toBeGreaterThanOrEqual(0);
          expect(end).toBeLessThanOrEqual(text.length);
          if (found.source.path === 'main.hcl' && !found.source.within) expect(text.slice(start, end)).toBe(found.text);
        }
      }),
    );
  });

  test.each(['{', '[', 'a = {', '"${', '{{', 'a {', '(', '<%', 'a = x{', '%{'])(
    '%s again and again is read in time',
    (piece) => {
      const started = Date.now();
      parse(piece.repeat(20_000));
      expect(Date.now() - started).toBeLessThan(1000);
    },
  );
});
