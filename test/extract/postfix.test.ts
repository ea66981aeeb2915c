import { describe, expect, test } from '@jest/globals';
import type { Fact } from '../../src/core/fact.ts';
import type { Source } from '../../src/core/source.ts';
import { postfix } from '../../src/extract/postfix/postfix.ts';

const evidence = (version: string) => () => ({ version, reason: `postfix ${version}`, guessed: false });

async function extract(files: Readonly<Record<string, string>>, version = '3.7.11') {
  const sources = Object.entries(files).map(([path, text]): Source => ({ path, text }));
  const repository = { paths: Object.keys(files), read: () => undefined };
  const claimed = sources.filter(({ path, text }) => postfix.claims({ path, hasWord: (word) => text.includes(word) }));
  const units = (await postfix.units?.(claimed, repository)) ?? [];
  const extractions = await Promise.all(units.map((unit) => postfix.extract(unit, evidence(version))));
  return {
    facts: extractions.flatMap(({ facts }) => facts),
    diagnostics: extractions.flatMap(({ diagnostics }) => diagnostics),
    slice: (fact: Fact | undefined, pointer: string) => {
      const span = fact?.spans[pointer];
      return span && files[span.file]?.slice(span.start, span.end);
    },
  };
}

const smtpd = (name: string, ...overrides: readonly string[]) =>
  `${name} inet n - n - - smtpd\n${overrides.map((override) => `  -o ${override}\n`).join('')}`;
const old = ['TLSv1.0', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3'];

describe('the server', () => {
  test('what main.cf says holds where a service makes TLS mandatory', async () => {
    const { facts, slice } = await extract({
      'main.cf':
        'smtpd_tls_security_level = may\nsmtpd_tls_mandatory_protocols = !SSLv2,\n # since 2015\n  !SSLv3\nsmtpd_tls_cert_file = /etc/tls/cert.pem\n',
      'master.cf': smtpd('smtp') + smtpd('submission', 'smtpd_tls_security_level=encrypt'),
    });
    const [port25, port587] = facts;
    expect(port25?.data).toEqual({
      kind: 'listener',
      application: 'other',
      exposure: 'external',
      ports: [25],
      clientAuth: { mode: 'none' },
      certificates: [{ from: 'file', ref: '/etc/tls/cert.pem' }],
    });
    expect(port587?.data).toMatchObject({ ports: [587], tls: true, protocols: old });
    expect(slice(port587, 'tls')).toBe('encrypt');
    expect(slice(port587, 'protocols')).toMatch(/^!SSLv2,[\s\S]*!SSLv3$/);
  });

  test.each([
    ['>=TLSv1.2', ['TLSv1.2', 'TLSv1.3']],
    ['>=TLSv1.1,<=TLSv1.2', ['TLSv1.1', 'TLSv1.2']],
    ['>=0303', ['TLSv1.2', 'TLSv1.3']],
    ['TLSv1.1:TLSv1.2', ['TLSv1.1', 'TLSv1.2']],
    ['TLSv1.3,TLSv1.2,!TLSv1.1,!TLSv1', ['TLSv1.2', 'TLSv1.3']],
    ['!SSLv2,!SSLv3,!TLSv1', ['TLSv1.1', 'TLSv1.2', 'TLSv1.3']],
    ['!SSLv2', ['SSLv3', ...old]],
    ['>=,TLSv1.2', ['TLSv1.2']],
  ])('the list %s', async (list, protocols) => {
    const { facts } = await extract({
      'main.cf': 'mail_owner = postfix\nsmtp_x = y\n',
      'master.cf': smtpd('465', 'smtpd_tls_wrappermode=yes', `smtpd_tls_mandatory_protocols=${list}`),
    });
    expect(facts[0]?.data).toMatchObject({ tls: true, ports: [465], protocols });
  });

  test('each version of a list stands where it is named; a reference leads to what it names', async () => {
    const { facts, slice } = await extract({
      'main.cf': 'submission_protocols = TLSv1, TLSv1.2\nsmtpd_tls_security_level = may\n',
      'master.cf': smtpd(
        '[::1]:submission',
        'smtpd_tls_security_level=encrypt',
        'smtpd_tls_mandatory_protocols=$submission_protocols',
      ),
    });
    expect(facts[0]?.data).toMatchObject({ exposure: 'internal', protocols: ['TLSv1.0', 'TLSv1.2'] });
    expect(slice(facts[0], 'protocols/0')).toBe('TLSv1');
    expect(facts[0]?.spans['protocols/0']?.file).toBe('main.cf');
  });

  test('silent: TLS 1.0 where TLS is opportunistic; SSL 3 is said', async () => {
    const files = (list: string) => ({ 'main.cf': `smtpd_tls_security_level = may\nsmtpd_tls_protocols = ${list}\n` });
    const { facts } = await extract(files('!SSLv2, !SSLv3'));
    expect(facts).toHaveLength(1);
    expect(facts[0]?.data).not.toHaveProperty('protocols');
    expect(facts[0]?.unknown).toEqual([]);
    expect((await extract(files('!SSLv2'))).facts[0]?.data).toMatchObject({ protocols: ['SSLv3', ...old] });
  });

  test.each([
    ['3.7.11', old],
    ['2.10', ['SSLv3', ...old]],
  ])('the default versions of %s where TLS is mandatory', async (version, protocols) => {
    const { facts } = await extract({ 'main.cf': 'smtpd_tls_security_level = encrypt\n' }, version);
    expect(facts[0]?.data).toMatchObject({ tls: true, protocols });
    expect(facts[0]?.defaults.protocols).toEqual({ reason: `the default of postfix ${version}` });
  });

  test('a server that requires client certificates leaves the default versions to its library', async () => {
    const { facts } = await extract({ 'main.cf': 'smtpd_tls_security_level = encrypt\nsmtpd_tls_req_ccert = yes\n' });
    expect(facts[0]?.data).toMatchObject({ clientAuth: { mode: 'required' } });
    expect(facts[0]?.unknown).toEqual(['protocols']);
  });

  test.each([
    ['smtpd_tls_security_level = none\nsmtpd_enforce_tls = yes', false],
    ['smtpd_enforce_tls = yes', true],
    ['smtpd_tls_security_level = secure', true],
    ['smtpd_use_tls = yes', undefined],
  ])('the level of %j', async (text, tls) => {
    const [fact] = (await extract({ 'main.cf': text })).facts;
    expect(fact?.data.kind === 'listener' && fact.data.tls).toBe(tls);
  });

  test('ciphers: grades are the choice of Postfix, lists and the grade null are written', async () => {
    const submission = smtpd('submission', 'smtpd_tls_security_level=encrypt');
    const main = 'smtpd_tls_security_level = may\nsmtpd_tls_mandatory_ciphers = ';
    const grade = await extract({ 'main.cf': `${main}high\n`, 'master.cf': submission });
    expect(grade.facts[0]?.defaults.ciphers?.reason).toMatch(/tls_high_cipherlist/);
    const list = await extract({
      'main.cf': `${main}high\ntls_high_cipherlist = AES128-SHA:ECDHE-RSA-AES128-GCM-SHA256:AES256-SHA\nsmtpd_tls_exclude_ciphers = AES256\n`,
      'master.cf': submission,
    });
    expect(list.facts[0]?.data).toMatchObject({ ciphers: ['AES128-SHA', 'ECDHE-RSA-AES128-GCM-SHA256'] });
    expect(list.slice(list.facts[0], 'ciphers/0')).toBe('AES128-SHA');
    const none = await extract({ 'main.cf': `${main}null\n`, 'master.cf': submission });
    expect(none.slice(none.facts[0], 'ciphers')).toBe('null');
    const exports = { 'main.cf': `${main}export\n`, 'master.cf': submission };
    expect((await extract(exports)).facts[0]?.spans.ciphers).toBeDefined();
    expect((await extract(exports, '3.8')).facts[0]?.spans.ciphers).toBeUndefined();
  });
});

describe('the client', () => {
  const relay = 'relayhost = [smtp.example.com]:587\nsmtp_sasl_auth_enable = yes\n';

  test.each(['may', 'encrypt'])('a relay that gets a password, at level %s, is not verified', async (level) => {
    const { facts, slice } = await extract({ 'main.cf': `${relay}smtp_tls_security_level = ${level}\n` });
    expect(facts[0]?.data).toMatchObject({
      kind: 'upstream',
      target: '[smtp.example.com]:587',
      exposure: 'external',
      tls: true,
      verify: { chain: false, hostname: false },
    });
    expect(slice(facts[0], 'verify/chain')).toBe(level);
  });

  test.each(['verify', 'secure', 'fingerprint', 'dane-only'])('level %s verifies', async (level) => {
    const { facts } = await extract({ 'main.cf': `${relay}smtp_tls_security_level = ${level}\n` });
    expect(facts[0]?.data).toMatchObject({ tls: true, verify: { chain: true, hostname: true } });
  });

  test('silent: opportunistic TLS towards everybody, and a relay without a password', async () => {
    const level = 'smtp_tls_security_level = may\nsmtp_tls_protocols = !SSLv2, !SSLv3\n';
    expect((await extract({ 'main.cf': level })).facts).toEqual([]);
    const { facts } = await extract({ 'main.cf': `relayhost = mail.example.com\n${level}` });
    expect(facts[0]?.data).toEqual({ kind: 'upstream', target: 'mail.example.com', exposure: 'external', tls: true });
  });

  test('silent: a policy table, or a level that is a template, may verify', async () => {
    for (const text of [
      'smtp_tls_security_level = may\nsmtp_tls_policy_maps = hash:/x\n',
      'smtp_tls_security_level = {{ level }}\n',
    ])
      expect((await extract({ 'main.cf': relay + text })).facts[0]?.unknown).toContain('verify');
  });

  test('silent: a relay on this machine; private for a name without a domain', async () => {
    const at = async (host: string) =>
      (await extract({ 'main.cf': relay.replace('[smtp.example.com]', host) })).facts[0];
    expect((await at('[127.0.0.1]'))?.data).toMatchObject({ exposure: 'internal' });
    expect((await at('[::1]'))?.data).toMatchObject({ exposure: 'internal' });
    expect((await at('mailhub'))?.data).toMatchObject({ exposure: 'private' });
  });

  test('without a level there is no TLS before 3.11, and none after without its compatibility_level', async () => {
    const tls = async (text: string, version: string) =>
      (await extract({ 'main.cf': relay + text }, version)).facts[0]?.data;
    expect(await tls('', '3.11')).toMatchObject({ tls: false });
    expect(await tls('compatibility_level = 3.11\n', '3.7')).toMatchObject({ tls: false });
    expect(await tls('compatibility_level = 3.11\n', '3.11')).toMatchObject({ tls: true });
  });

  test('old versions where TLS is mandatory for all mail', async () => {
    const { facts, slice } = await extract({
      'main.cf': 'smtp_tls_security_level = encrypt\nsmtp_tls_mandatory_protocols = >=TLSv1.1\n',
    });
    expect(facts[0]?.data).toMatchObject({ protocols: ['TLSv1.1', 'TLSv1.2', 'TLSv1.3'] });
    expect(facts[0]?.data).not.toHaveProperty('verify');
    expect(slice(facts[0], 'protocols/0')).toBe('>=TLSv1.1');
  });
});

test('a fragment, or a master.cf alone, leaves what it does not say unknown', async () => {
  const fragment = await extract({ 'postfix-main.cf': 'smtpd_tls_security_level = encrypt\n' });
  expect(fragment.facts[0]?.unknown).toEqual(expect.arrayContaining(['protocols', 'clientAuth']));
  const alone = await extract({ 'master.cf': smtpd('smtp') + smtpd('smtps', 'smtpd_tls_wrappermode=yes') });
  expect(alone.facts.map(({ unknown }) => unknown)).toEqual([
    ['tls', 'protocols'],
    ['protocols', 'clientAuth'],
  ]);
});

test('a broken line is a diagnostic and hides nothing; other files are not claimed', async () => {
  const { facts, diagnostics } = await extract({ 'main.cf': 'oops\nsmtpd_tls_security_level = may\n' });
  expect([facts.length, diagnostics.map(({ code }) => code)]).toEqual([1, ['parse-error']]);
  for (const path of ['docs/main.cfg', 'postfix-master.cf', 'domain.cf'])
    expect(postfix.claims({ path, hasWord: () => true })).toBe(false);
});

test('the two files of one ConfigMap are read together, those of different ones are not', async () => {
  const held = (name: string, holder: string, text: string): Source => ({
    path: 'mail.yaml',
    text,
    held: { name, holder, container: 'config-map' },
  });
  const sources = [
    held('master.cf', 'ConfigMap a', smtpd('smtp', 'smtpd_tls_security_level=encrypt')),
    held('main.cf', 'ConfigMap b', 'smtpd_tls_security_level = may\n'),
    held('main.cf', 'ConfigMap a', 'smtpd_tls_mandatory_protocols = TLSv1.1\n'),
  ];
  const units = (await postfix.units?.(sources, { paths: [], read: () => undefined })) ?? [];
  expect(units.map((unit) => unit.sources.map((source) => `${source.held?.holder} ${source.held?.name}`))).toEqual([
    ['ConfigMap a main.cf', 'ConfigMap a master.cf'],
    ['ConfigMap b main.cf'],
  ]);
  const extractions = await Promise.all(units.map((unit) => postfix.extract(unit, evidence('3.7'))));
  expect(extractions[0]?.facts[0]?.data).toMatchObject({ protocols: ['TLSv1.1'] });
});
