import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { FactData } from '../../src/core/fact.ts';
import { nestedSource, type Source } from '../../src/core/source.ts';
import { lineStarts, locate } from '../../src/core/text.ts';
import { certificates } from '../../src/extract/certificates.ts';
import * as sample from './certificates-samples.ts';

const fileOf = (path: string, content: string | Buffer): Source => {
  const bytes = Buffer.from(content);
  return { path, text: bytes.toString('utf8'), bytes };
};

async function extracted(sources: readonly Source[]) {
  const repository = { paths: sources.map(({ path }) => path), read: () => undefined };
  const versions = () => ({ version: '0', reason: '', guessed: true });
  const units = (await certificates.units?.(sources, repository)) ?? [];
  const results = await Promise.all(units.map((unit) => certificates.extract(unit, versions)));
  return {
    facts: results.flatMap(({ facts }) => facts),
    diagnostics: results.flatMap(({ diagnostics }) => diagnostics),
  };
}

const fromFiles = (files: Readonly<Record<string, string | Buffer>>) =>
  extracted(Object.entries(files).map(([path, content]) => fileOf(path, content)));

const ofKind = <K extends FactData['kind']>(facts: readonly { readonly data: FactData }[], kind: K) =>
  facts.flatMap(({ data }) => (data.kind === kind ? [data as Extract<FactData, { kind: K }>] : []));

/** Kind, subject and use or completeness of each fact. */
const summary = async (files: Readonly<Record<string, string | Buffer>>) =>
  (await fromFiles(files)).facts.map(({ data, subject }) =>
    data.kind === 'certificate'
      ? `${data.use}: ${subject}`
      : data.kind === 'chain'
        ? `${data.completeness}: ${subject}`
        : subject,
  );

const indented = (text: string, by: string) => text.replace(/^(?=.)/gm, by);

describe('claims', () => {
  const claims = (path: string, text = '') => certificates.claims({ path, hasWord: (word) => text.includes(word) });

  test.each([
    'a.pem',
    'a/b.crt',
    'a.CER',
    'a.der',
    'tls.key',
    'a.p7b',
    'a.p12',
    'a.pfx',
    'a.jks',
    'tls.crt.bak',
    'ca.crt',
  ])('%s', (path) => {
    expect(claims(path)).toBe(true);
  });
  test.each([
    'values.yaml',
    'a.json',
    '.env',
    '.env.production',
    'app.env',
    'a.conf',
    'main.tf',
    'Dockerfile',
    'client-key',
    'a.properties',
  ])('%s when it holds a PEM', (path) => {
    expect([
      claims(path),
      claims(path, sample.shop),
      claims(path, Buffer.from(sample.shop).toString('base64')),
    ]).toEqual([false, true, true]);
  });
  test.each(['id_rsa.pub', 'README.md', 'main.go', 'tls_test.py', 'yarn.lock', 'a.crt.ts'])('never %s', (path) => {
    expect(claims(path, sample.shop)).toBe(false);
  });
});

describe('a certificate', () => {
  test('says what its extensions and names say', async () => {
    const { facts } = await fromFiles({ 'deploy/shop.crt': sample.shop });
    expect(facts[0]).toEqual({
      data: {
        kind: 'certificate',
        name: 'CN=shop.tlslint.dev',
        issuer: 'CN=Tlslint Issuing CA 1,O=Tlslint',
        serial: '1002',
        notBefore: '2026-01-01T00:00:00Z',
        notAfter: '2027-01-01T00:00:00Z',
        key: { algorithm: 'EC', bits: 256, curve: 'P-256' },
        signature: 'ecdsa-with-SHA256',
        sans: ['shop.tlslint.dev'],
        ca: false,
        selfSigned: false,
        eku: ['serverAuth'],
        role: 'leaf',
        use: 'server',
        container: 'file',
        hash: '6203c90b805462ae8e510ba4bc5fdb4e99196c6869910ac9bb9a372ca9499a10',
        fixture: false,
      },
      technology: 'certificates',
      subject: 'certificate shop.tlslint.dev',
      self: { file: 'deploy/shop.crt', start: 0, end: 27 },
      spans: {},
      defaults: {},
      unknown: [],
      related: [],
    });
  });

  test.each([
    ['a server, in a file', { 'shop.crt': sample.shop }, 'server: certificate shop.tlslint.dev'],
    [
      'a self-signed one that openssl marked as an authority',
      { 'a.crt': sample.selfSigned },
      'server: certificate intranet.tlslint.dev',
    ],
    [
      'the same, trusted as an authority',
      { 'ca.crt': sample.selfSigned },
      'authority: certificate intranet.tlslint.dev',
    ],
    [
      'an authority that keeps its key beside it',
      { 'ca.crt': sample.selfSigned, 'ca.key': sample.selfSignedKey },
      'authority: certificate intranet.tlslint.dev',
    ],
    ['a client', { 'a.crt': sample.client }, 'client: certificate reporting job'],
    ['a root', { 'a.crt': sample.root }, 'authority: certificate Tlslint Root R1'],
    ['an intermediate', { 'chain.pem': sample.intermediate }, 'authority: certificate Tlslint Issuing CA 1'],
    ['a member of a bundle', { 'roots.pem': sample.root + sample.expiredRoot }, 'bundle: certificate Tlslint Root R1'],
    [
      'one root of a folder full of them',
      { 'a.pem': sample.root, 'b.pem': sample.expiredRoot, 'c.pem': sample.thirdRoot, 'd.crt': sample.selfSigned },
      'bundle: certificate Tlslint Root R1',
    ],
    ['a server that a truststore pins', { 'truststore.pem': sample.shop }, 'other: certificate shop.tlslint.dev'],
  ])('is for %s', async (_name, files, expected) => {
    const [first] = (await summary(files)).filter((line) => line.includes('certificate '));
    expect(first).toBe(expected);
  });

  test.each([
    ['test/tls/shop.crt', true],
    ['internal/testdata/shop.crt', true],
    ['charts/shop/ci-tests/shop.crt', true],
    ['examples/shop.crt', true],
    ['docs/tls/shop.crt', true],
    ['certs/dummy-cert.pem', true],
    ['deploy/latest/shop.crt', false],
    ['deploy/docs.tlslint.dev.crt', false],
    ['contest/shop.crt', false],
  ])('in %s exists for tests or as an example: %s', async (path, expected) => {
    const { facts } = await fromFiles({ [path]: sample.shop });
    expect(ofKind(facts, 'certificate').map(({ fixture }) => fixture)).toEqual([expected]);
  });

  test('of example.com is real where it is deployed from', async () => {
    const { facts } = await fromFiles({ 'deploy/tls.crt': sample.example });
    expect(ofKind(facts, 'certificate').map(({ fixture }) => fixture)).toEqual([false]);
  });

  test('of a bundle shows its expiry at the head of the bundle', async () => {
    const { facts } = await fromFiles({ 'roots.pem': `# Roots\n${sample.root}${sample.expiredRoot}` });
    expect(facts.map(({ spans }) => spans.notAfter?.start)).toEqual([8, 8]);
  });

  test('is found in DER, PKCS #7, PKCS #12 and JKS, by the bytes and not by the name', async () => {
    const derOf = Buffer.from(sample.shop.replace(/-----.*/g, ''), 'base64');
    expect(await summary({ 'a.crt': derOf })).toEqual([
      'server: certificate shop.tlslint.dev',
      'lone-leaf: chain of shop.tlslint.dev',
    ]);
    expect(await summary({ 'a.p7b': sample.shopPkcs7 })).toEqual([
      'server: certificate shop.tlslint.dev',
      'authority: certificate Tlslint Issuing CA 1',
      'complete: chain of shop.tlslint.dev',
    ]);
    expect(await summary({ 'a.pfx': sample.shopPkcs12 })).toEqual(['private key a.pfx']);
    expect(await summary({ 'a.p12': sample.trustPkcs12 })).toEqual([]);
    expect(await summary({ 'a.jks': sample.shopKeystore })).toEqual([
      'server: certificate shop.tlslint.dev',
      'lone-leaf: chain of shop.tlslint.dev',
      'private key a.jks',
    ]);
    expect(await summary({ 'a.jks': sample.trustKeystore })).toEqual(['authority: certificate Tlslint Root R1']);
  });
});

describe('a chain', () => {
  const chainOf = async (files: Readonly<Record<string, string>>) => {
    const [chain] = ofKind((await fromFiles(files)).facts, 'chain');
    return chain && { ordered: chain.ordered, completeness: chain.completeness, length: chain.length };
  };
  const { shop, intermediate, otherIntermediate, root, direct, publicSite, selfSigned, client } = sample;

  test.each([
    ['with its intermediate', { 'a.pem': shop + intermediate }, { ordered: true, completeness: 'complete', length: 2 }],
    ['with its root', { 'a.pem': shop + intermediate + root }, { ordered: true, completeness: 'complete', length: 3 }],
    [
      'with the intermediate twice',
      { 'a.pem': shop + intermediate + intermediate },
      { ordered: true, completeness: 'complete', length: 2 },
    ],
    [
      'with the root before the intermediate',
      { 'a.pem': shop + root + intermediate },
      { ordered: false, completeness: 'complete', length: 3 },
    ],
    ['with the leaf last', { 'a.pem': intermediate + shop }, { ordered: false, completeness: 'complete', length: 2 }],
    [
      'with another intermediate',
      { 'a.pem': shop + otherIntermediate },
      { ordered: true, completeness: 'gap', length: 2 },
    ],
    ['alone', { 'a.pem': shop }, { ordered: true, completeness: 'lone-leaf', length: 1 }],
    [
      'alone, its intermediate in another file',
      { 'a.pem': shop, 'b.pem': intermediate },
      { ordered: true, completeness: 'gap', length: 1 },
    ],
    ['alone, publicly trusted', { 'a.pem': publicSite }, { ordered: true, completeness: 'gap', length: 1 }],
    [
      'alone, signed by what calls itself a root',
      { 'a.pem': direct },
      { ordered: true, completeness: 'complete', length: 1 },
    ],
    ['self-signed', { 'a.pem': selfSigned }, { ordered: true, completeness: 'complete', length: 1 }],
    ['of a client', { 'a.pem': client }, undefined],
    ['of two servers, in a file that is no chain', { 'a.pem': shop + direct }, undefined],
  ])('%s', async (_name, files, expected) => {
    expect(await chainOf(files)).toEqual(expected);
  });

  test('in values: only what follows directly belongs together', async () => {
    const apart = `a: |\n${indented(shop, '  ')}b: |\n${indented(otherIntermediate, '  ')}`;
    const together = `a: |\n${indented(shop + otherIntermediate, '  ')}`;
    expect([await chainOf({ 'values.yaml': apart }), await chainOf({ 'values.yaml': together })]).toEqual([
      { ordered: true, completeness: 'lone-leaf', length: 1 },
      { ordered: true, completeness: 'gap', length: 2 },
    ]);
  });

  test.each([
    ['its key beside it', { 'tls.crt': shop, 'tls.key': sample.shopKey }, true],
    ['its key in the same file, in another form', { 'a.pem': shop + sample.shopKeySec1 }, true],
    ['its key under another name', { 'shop.pem': shop, 'key.pem': sample.shopKey }, true],
    ['the key of another', { 'tls.crt': shop, 'tls.key': sample.selfSignedKey }, false],
    ['the key of another under another name', { 'shop.crt': shop, 'intranet.key': sample.selfSignedKey }, undefined],
    ['a key that only a password opens', { 'tls.crt': shop, 'tls.key': sample.shopKeyEncrypted }, undefined],
  ])('and %s', async (_name, files, expected) => {
    const [chain] = ofKind((await fromFiles(files)).facts, 'chain');
    expect(chain?.keyMatches).toBe(expected);
  });
});

describe('a private key', () => {
  const keysOf = async (files: Readonly<Record<string, string>>) =>
    ofKind((await fromFiles(files)).facts, 'privateKey').map(({ algorithm, bits, encrypted, container }) => ({
      algorithm,
      bits,
      encrypted,
      container,
    }));
  const readable = { algorithm: 'EC', bits: 256, encrypted: false, container: 'file' };

  test.each([
    ['PKCS #8', { 'a.key': sample.shopKey }, [readable]],
    ['SEC 1', { 'a.key': sample.shopKeySec1 }, [readable]],
    [
      'encrypted',
      { 'a.key': sample.shopKeyEncrypted },
      [{ algorithm: undefined, bits: undefined, encrypted: true, container: 'file' }],
    ],
    [
      'encrypted as in RFC 1421',
      { 'a.key': sample.shopKeyLegacy },
      [{ algorithm: 'EC', bits: undefined, encrypted: true, container: 'file' }],
    ],
    ['in JSON', { 'a.json': JSON.stringify({ key: sample.shopKey }) }, [{ ...readable, container: 'inline' }]],
    [
      'in base64, as a kubeconfig has it',
      { config: `    client-key-data: ${Buffer.from(sample.shopKey).toString('base64')}\n` },
      [{ ...readable, container: 'inline' }],
    ],
    [
      'commented out, which leaks it all the same',
      { 'a.yaml': indented(sample.shopKey, '# ') },
      [{ ...readable, container: 'inline' }],
    ],
    ['of OpenSSH', { id_ed25519: sample.shopKey.replaceAll('PRIVATE', 'OPENSSH PRIVATE') }, []],
    ['sealed by git-crypt', { 'a.key': '\0GITCRYPT\0abc' }, []],
    ['public', { 'a.pem': sample.shopKey.replaceAll('PRIVATE', 'PUBLIC') }, []],
  ])('%s', async (_name, files, expected) => {
    expect(await keysOf(files)).toEqual(expected);
  });

  test('of an unknown algorithm says so, and keeps its place', async () => {
    const { facts } = await fromFiles({ 'a.key': `\n${sample.shopKeyEncrypted}` });
    expect(facts.map(({ unknown, self }) => ({ unknown, self }))).toEqual([
      { unknown: ['algorithm'], self: { file: 'a.key', start: 1, end: 38 } },
    ]);
  });

  test('of an example certificate is an example', async () => {
    const { facts } = await fromFiles({
      'a.crt': sample.selfSigned,
      'a.key': sample.selfSignedKey,
      'test/b.key': sample.shopKey,
    });
    expect(ofKind(facts, 'privateKey').map(({ fixture }) => fixture)).toEqual([false, true]);
  });
});

describe('Kubernetes', () => {
  const held = (name: string, text: string, container: 'secret' | 'config-map' | 'ca-bundle'): Source => {
    const encoded = Buffer.from(text).toString('base64');
    const outer = { path: 'deploy/web.yaml', text: `data:\n  ${name}: ${encoded}\n` };
    const start = outer.text.indexOf(encoded);
    const segment = { inner: { start: 0, end: text.length }, outer: { start, end: start + encoded.length } };
    return nestedSource(outer, text, [segment], { name, holder: 'Secret shop/web', container });
  };

  test('a Secret is read as a folder is, and named', async () => {
    const { facts } = await extracted([
      held('tls.crt', sample.shop, 'secret'),
      held('tls.key', sample.shopKey, 'secret'),
    ]);
    expect(facts.map(({ subject, self }) => [subject, self.file])).toEqual([
      ['certificate shop.tlslint.dev of Secret shop/web', 'deploy/web.yaml'],
      ['chain of shop.tlslint.dev of Secret shop/web', 'deploy/web.yaml'],
      ['private key tls.key of Secret shop/web', 'deploy/web.yaml'],
    ]);
    expect(ofKind(facts, 'chain').map(({ keyMatches }) => keyMatches)).toEqual([true]);
  });

  test('what a ConfigMap or a CA bundle holds is trusted, not presented', async () => {
    const { facts } = await extracted([held('web.crt', sample.selfSigned, 'config-map')]);
    expect(ofKind(facts, 'certificate').map(({ use }) => use)).toEqual(['authority']);
  });

  test('the manifest itself is left to whoever reads Secrets', async () => {
    const secret = `apiVersion: v1\nkind: Secret\nstringData:\n  tls.key: |\n${indented(sample.shopKey, '    ')}`;
    const other = `---\napiVersion: v1\nkind: Pod\nspec:\n  key: |\n${indented(sample.selfSignedKey, '    ')}`;
    const { facts } = await fromFiles({ 'a.yaml': `${secret}${other}` });
    const { line } = locate(lineStarts(`${secret}${other}`), facts[0]?.self.start ?? 0);
    expect([facts.length, line]).toEqual([1, 15]);
  });
});

describe('what cannot be read', () => {
  const problems = async (files: Readonly<Record<string, string | Buffer>>) =>
    (await fromFiles(files)).diagnostics.map(({ code, span }) => `${code} ${span.file}:${span.start}`);
  const cut = sample.shop
    .split('\n')
    .filter((_line, index) => index !== 3)
    .join('\n');
  const noise = sample.shop.replace(/ICEAIw/, 'ICEAIx').replace(/MIIB0DCC/, 'MIIB0DAA');

  test('is said where it stands, and the rest goes on', async () => {
    expect(await problems({ 'a.crt': `${sample.intermediate}${cut}` })).toEqual(['unreadable-certificate a.crt:648']);
    expect(await problems({ 'a.crt': noise })).toEqual(['unreadable-certificate a.crt:0']);
    expect(await problems({ 'a.crt': sample.shop.replace(/\n-----END.*/, '\n') })).toEqual([
      'unreadable-certificate a.crt:0',
    ]);
    expect(await problems({ 'a.cer': sample.shop.replace(/-----.*\n/g, '') })).toEqual([
      'unreadable-certificate a.cer:0',
    ]);
    expect(await summary({ 'a.crt': `${cut}\n${sample.intermediate}` })).toEqual([
      'authority: certificate Tlslint Issuing CA 1',
    ]);
  });

  test('is no matter in a test, nor is a placeholder anywhere', async () => {
    expect(await problems({ 'testdata/a.crt': cut })).toEqual([]);
    expect(await problems({ 'a.crt': '-----BEGIN CERTIFICATE-----\nMIIC...\n-----END CERTIFICATE-----\n' })).toEqual(
      [],
    );
    expect(await problems({ 'a.crt': '' })).toEqual([]);
  });

  test('never throws, whatever the bytes', async () => {
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 300 }),
      fc
        .tuple(
          fc.constantFrom(sample.shopPkcs7, sample.shopPkcs12, sample.shopKeystore, Buffer.from(sample.shop)),
          fc.nat(450),
          fc.nat(255),
        )
        .map(([original, at, value]) => {
          const changed = Uint8Array.from(original);
          changed[at] = value;
          return changed;
        }),
      fc.tuple(fc.nat(460), fc.nat(255)).map(([at, value]) => {
        const changed = Buffer.from(sample.shop.replace(/-----.*/g, ''), 'base64');
        changed[at] = value;
        return changed;
      }),
    );
    await fc.assert(
      fc.asyncProperty(bytes, fc.constantFrom('a.crt', 'a.key', 'a.yaml', 'a.jks'), async (content, path) => {
        const { facts } = await fromFiles({ [path]: Buffer.from(content) });
        for (const { self } of facts) expect(self.end).toBeLessThanOrEqual(content.length);
      }),
    );
  });
});
