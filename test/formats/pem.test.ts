import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { pemBlocks } from '../../src/formats/pem.ts';

/** 66 bytes of DER: a SEQUENCE with an OCTET STRING of 62 bytes. */
const der = Buffer.from([0x30, 0x40, 0x04, 0x3e, ...Array.from({ length: 62 }, (_one, index) => index)]);
const base64 = der.toString('base64');
const lines = `${base64.slice(0, 64)}\n${base64.slice(64)}`;
const pem = `-----BEGIN CERTIFICATE-----\n${lines}\n-----END CERTIFICATE-----`;

/** Label, what became of the body, and what is wrong, of each block. */
const seen = (text: string) =>
  pemBlocks(text).map(({ label, body, problems }) => [
    label,
    body.state === 'der' && Buffer.from(body.der).equals(der) ? 'decoded' : body.state,
    ...problems,
  ]);
const decoded = [['CERTIFICATE', 'decoded']];

describe('a block is read', () => {
  test.each([
    ['on its own', pem],
    ['with CRLF and a final line end', `${pem.replaceAll('\n', '\r\n')}\r\n`],
    ['with lone carriage returns', pem.replaceAll('\n', '\r')],
    ['after a byte order mark', `\ufeff${pem}`],
    ['after text', `Certificate:\n    Data:\n        Version: 3 (0x2)\nBag Attributes\n    friendlyName: x\n${pem}`],
    ['indented', pem.replaceAll('\n', '\n      ')],
    ['indented with tabs, blanks at the ends', `\t${pem.replaceAll('\n', ' \t\n\t')}`],
    ['with blank lines inside', pem.replaceAll('\n', '\n\n')],
    ['on one line, with blanks', pem.replaceAll('\n', ' ')],
    [
      'in 76 columns',
      `-----BEGIN CERTIFICATE-----\n${base64.slice(0, 76)}\n${base64.slice(76)}\n-----END CERTIFICATE-----`,
    ],
    ['in one column', `-----BEGIN CERTIFICATE-----\n${base64.split('').join('\n')}\n-----END CERTIFICATE-----`],
    ['with escaped line ends', `"cert": "${pem.replaceAll('\n', '\\n')}\\n"`],
    ['with doubly escaped line ends', `CERT='${pem.replaceAll('\n', '\\\\n')}'`],
    ['with escaped CRLF and slashes', pem.replaceAll('\n', '\\r\\n').replaceAll('/', '\\/')],
    ['as a list of quoted lines', `[\n  "${pem.replaceAll('\n', '",\n  "')}"\n]`],
    ['continued with backslashes', pem.replaceAll('\n', ' \\\n')],
  ])('%s', (_name, text) => {
    expect(seen(text)).toEqual(decoded);
  });

  test('glued to the one before it', () => {
    expect(seen(`${pem}${pem}`)).toEqual([...decoded, ...decoded]);
  });

  test('with the headers of RFC 1421', () => {
    const text = `-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,8A1F\n\n${lines}\n-----END RSA PRIVATE KEY-----`;
    expect(pemBlocks(text).map(({ headers }) => headers)).toEqual([
      { 'Proc-Type': '4,ENCRYPTED', 'DEK-Info': 'AES-128-CBC,8A1F' },
    ]);
  });

  test('in a comment, and says so', () => {
    const [hash] = pemBlocks(`# ${pem.replaceAll('\n', '\n# ')}`);
    const [slashes] = pemBlocks(`  // ${pem.replaceAll('\n', '\n  // ')}`);
    expect([hash?.body.state, hash?.commented, slashes?.body.state, slashes?.commented]).toEqual([
      'der',
      true,
      'der',
      true,
    ]);
    expect(pemBlocks(pem)[0]?.commented).toBe(false);
  });
});

describe('what is wrong is said', () => {
  test.each([
    ['no END', pem.replace(/\n-----END.*/, '\n'), [['CERTIFICATE', 'decoded', 'missing-end']]],
    [
      'no END, and text after it',
      pem.replace(/-----END.*/, 'server {\n}\n'),
      [['CERTIFICATE', 'decoded', 'missing-end']],
    ],
    [
      'no END before the next',
      `${pem.replace(/\n-----END.*/, '\n')}${pem}`,
      [
        ['CERTIFICATE', 'decoded', 'missing-end'],
        ['CERTIFICATE', 'decoded'],
      ],
    ],
    [
      'another END',
      pem.replace('END CERTIFICATE', 'END X509 CERTIFICATE'),
      [['CERTIFICATE', 'decoded', 'label-mismatch']],
    ],
    ['four dashes', pem.replaceAll('-----', '----'), [['CERTIFICATE', 'decoded', 'dash-count']]],
    ['cut off', pem.replace(base64.slice(64), ''), [['CERTIFICATE', 'malformed']]],
    ['a foreign character', pem.replace(base64.slice(20, 24), 'AB&D'), [['CERTIFICATE', 'malformed']]],
  ])('%s', (_name, text, expected) => {
    expect(seen(text)).toEqual(expected);
  });

  test('a foreign character is pointed at', () => {
    const text = pem.replace(base64.slice(20, 24), 'AB&D');
    const [block] = pemBlocks(text);
    expect(block?.body.state === 'malformed' && text.slice(block.body.at?.start, block.body.at?.end)).toBe('&');
  });
});

describe('no data is expected of', () => {
  test.each([
    ['three dots', '...'],
    ['a start and dots', `${base64.slice(0, 64)}\n...`],
    ['a dummy', 'foobar'],
    [
      'base64 of something else',
      Buffer.from('a longer text that is no certificate at all, but somebody tried').toString('base64'),
    ],
    ['angle brackets', '<base64 encoded certificate>'],
    ['a word', 'REPLACE WITH THE CERTIFICATE OF YOUR SERVER, WHICH STARTS WITH MII AND SO ON'],
    ['a variable', '$' + '{TLS_CERTIFICATE}'],
    ['a template', `{{ .Values.certificate }}`],
    ['crosses', `MIIC${'x'.repeat(60)}`],
    ['nothing', ''],
  ])('%s', (_name, body) => {
    expect(seen(`-----BEGIN CERTIFICATE-----\n${body}\n-----END CERTIFICATE-----`)).toEqual([['CERTIFICATE', 'none']]);
  });

  test('a BEGIN that is only mentioned is no block', () => {
    expect(seen('paste everything from -----BEGIN CERTIFICATE----- on')).toEqual([]);
    expect(seen('SELECT 1; --BEGIN transaction--')).toEqual([]);
  });
});

describe('properties', () => {
  const texts = fc
    .array(
      fc.oneof(
        fc.constantFrom(
          '-----BEGIN ',
          '-----END ',
          '-----',
          'CERTIFICATE',
          'PRIVATE KEY',
          '\\n',
          '\\',
          '\n',
          '\r\n',
          '=',
          '# ',
          pem,
          base64,
          'Proc-Type: ',
        ),
        fc.string(),
      ),
      { maxLength: 30 },
    )
    .map((parts) => parts.join(''));

  test('any text is read, and ranges stand in order where they claim to', () => {
    fc.assert(
      fc.property(texts, (text) => {
        let end = 0;
        for (const { label, head, range, body } of pemBlocks(text)) {
          expect(text.slice(head.start, head.end)).toMatch(new RegExp(`^-{3,5}BEGIN ${label}-{1,5}$`));
          expect(range.start).toBe(head.start);
          expect(range.start).toBeGreaterThanOrEqual(end);
          expect(range.end).toBeLessThanOrEqual(text.length);
          if (body.state === 'malformed' && body.at) expect(body.at.end).toBeLessThanOrEqual(range.end);
          end = range.end;
        }
      }),
    );
  });

  test('blocks survive whatever stands between them', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.string().filter((text) => !text.includes('-')),
          { maxLength: 5 },
        ),
        (gaps) => {
          expect(seen(gaps.map((gap) => `${gap}\n${pem}\n`).join(''))).toHaveLength(gaps.length);
        },
      ),
    );
  });

  test.each([
    ['BEGIN without end', '-----BEGIN CERTIFICATE-----\n'.repeat(20_000)],
    ['END without begin', '-----END CERTIFICATE-----'.repeat(20_000)],
    ['dashes', '-'.repeat(500_000)],
    ['backslashes', `-----BEGIN CERTIFICATE-----\n${'\\'.repeat(500_000)}`],
    ['blanks', `-----BEGIN CERTIFICATE-----\n${' '.repeat(500_000)}x\n-----END CERTIFICATE-----`],
    ['equals signs', `-----BEGIN CERTIFICATE-----\nM${'='.repeat(500_000)}x\n-----END CERTIFICATE-----`],
  ])('%s cost no more than their length', (_name, text) => {
    const started = performance.now();
    pemBlocks(text);
    expect(performance.now() - started).toBeLessThan(1000);
  });
});
