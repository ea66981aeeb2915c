import { describe, expect, test } from '@jest/globals';
import { openssl } from '../../src/extract/openssl/openssl.ts';
import { claims, extractText, placeOf } from '../support/extract-text.ts';

const read = async (text: string, path = 'openssl.cnf', version = '10.0', guessed = false) =>
  (await extractText(openssl, path, text, { version, guessed })).facts;
const chain = (settings: string, head = 'openssl_conf = start') =>
  `${head}\n[start]\nssl_conf = modules\n[modules]\nsystem_default = everybody\n[everybody]\n${settings}\n`;
const from10 = ['TLSv1.0', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3'];

describe('the system default of OpenSSL', () => {
  test('everything written', async () => {
    const text = chain(
      'MinProtocol = TLSv1\nMaxProtocol = TLSv1.2\nCipherString = AES128-SHA:DES-CBC3-SHA\nCiphersuites = TLS_AES_128_GCM_SHA256\nGroups = P-256',
    );
    const [fact] = await read(text);
    expect(fact).toMatchObject({
      subject: 'the system default of OpenSSL',
      data: {
        kind: 'listener',
        protocols: ['TLSv1.0', 'TLSv1.1', 'TLSv1.2'],
        ciphers: ['AES128-SHA', 'DES-CBC3-SHA'],
        suites13: ['TLS_AES_128_GCM_SHA256'],
        groups: ['secp256r1'],
      },
    });
    expect(['', 'protocols', 'ciphers/1'].map((pointer) => placeOf(text, fact, pointer))).toEqual([
      'everybody',
      'TLSv1',
      'DES-CBC3-SHA',
    ]);
  });

  test.each([
    ['None is no bound', 'MinProtocol = None', from10],
    ['case and what stands before a dot do not matter', '1.minprotocol = TLSv1.1', from10.slice(1)],
    ['the last one wins', 'MinProtocol = TLSv1\nMinProtocol = TLSv1.3', ['TLSv1.3']],
    ['a section that comes twice is one', 'x = y\n[other]\n[everybody]\nMinProtocol = TLSv1.3', ['TLSv1.3']],
    ['quotes and comments', 'MinProtocol = "TLSv1.3" # not TLSv1', ['TLSv1.3']],
    ['a list that begins with nothing', 'Protocol = -ALL, TLSv1, TLSv1.2', ['TLSv1.0', 'TLSv1.2']],
  ])('%s', async (_name, settings, protocols) => {
    expect((await read(chain(settings)))[0]?.data).toMatchObject({ protocols });
  });

  test('[default] is the top of the file', async () => {
    expect(await read(chain('MinProtocol = TLSv1', '[default]\nopenssl_conf = start'))).toHaveLength(1);
  });

  test('what is added to DEFAULT counts, DEFAULT itself does not', async () => {
    const [fact] = await read(chain('CipherString = DEFAULT:RC4-SHA:@SECLEVEL=0'));
    expect(fact?.data).toMatchObject({ ciphers: ['RC4-SHA'] });
    expect(await read(chain('CipherString = DEFAULT:@SECLEVEL=1'))).toEqual([]);
  });

  test('silent: a section that nothing leads to', async () => {
    expect(await read(chain('MinProtocol = TLSv1', '[x]\nopenssl_conf = start'))).toEqual([]);
    expect(await read(chain('MinProtocol = TLSv1').replace('ssl_conf = modules', '# ssl_conf'))).toEqual([]);
    expect(await read(chain('MinProtocol = TLSv1').replace('= everybody', '= nobody'))).toEqual([]);
  });

  test('silent: variables, templates, and what a later include may hold', async () => {
    for (const settings of [
      'MinProtocol = $oldest',
      'MinProtocol = {{ oldest }}',
      'MinProtocol = TLSv1\n.include /etc/more.cnf',
    ]) {
      expect((await read(chain(settings)))[0]?.unknown).toEqual(['protocols']);
    }
  });

  test('silent: files without the chain are not even read', () => {
    expect(claims(openssl, 'certs/openssl.cnf', '[req]\ndistinguished_name = dn\n')).toBe(false);
    expect(claims(openssl, 'docker/openssl-legacy.cnf', chain(''))).toBe(true);
    expect(claims(openssl, 'mysql/my.cnf', '[mysqld]\nssl_ca=/ca.pem')).toBe(false);
  });
});

describe('the crypto policy of the Red Hat family', () => {
  const path = 'rootfs/etc/crypto-policies/config';

  test('LEGACY lets TLS 1.0 in on release 8', async () => {
    const text = '# set by hand\nLEGACY\n';
    const [fact] = await read(text, path, '8.10');
    expect(fact).toMatchObject({ subject: 'the crypto policy LEGACY', data: { protocols: from10 } });
    expect(placeOf(text, fact, 'protocols')).toBe('LEGACY');
  });

  test('silent on newer releases, where the release is a guess, and for other policies', async () => {
    expect(await read('LEGACY\n', path, '9.4')).toEqual([]);
    expect(await read('LEGACY\n', path, '8.10', true)).toEqual([]);
    expect(await read('# LEGACY\nDEFAULT\n', path, '8.10')).toEqual([]);
    expect(claims(openssl, path, 'DEFAULT')).toBe(false);
  });
});
