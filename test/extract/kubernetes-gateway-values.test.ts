import { expect, test } from '@jest/globals';
import type { KindContext } from '../../src/extract/kubernetes/kind.ts';
import { kongValues } from '../../src/extract/kubernetes/kong/chart-values.ts';
import type { KubernetesObject } from '../../src/extract/kubernetes/objects.ts';
import { traefikValues } from '../../src/extract/kubernetes/traefik/chart-values.ts';
import { parseYaml } from '../../src/formats/yaml.ts';
import { placeOf } from './kubernetes-support.ts';

/** Values as a file of their own, and the object that stands for them. */
function valuesOf(text: string): { readonly object: KubernetesObject; readonly context: KindContext } {
  const [root] = parseYaml({ path: 'values.yaml', text }).documents;
  if (root?.kind !== 'mapping') throw new Error('values are a mapping');
  const object = { root, group: '', version: '', kind: 'values', name: undefined, namespace: 'edge', fragment: false };
  const versions = (product: string) => ({ version: '3.9', reason: `${product} 3.9`, guessed: false });
  return { object, context: { versions, controllers: {}, known: () => [] } };
}

test("Traefik's chart: options, the store, resolvers and redirects", () => {
  const text = [
    'ports:',
    '  web:',
    '    redirectTo: { port: websecure }',
    'tlsOptions:',
    '  default:',
    '    minVersion: VersionTLS10',
    'tlsStore:',
    '  default:',
    '    defaultCertificate: { secretName: wildcard-tls }',
    'certificatesResolvers:',
    '  le:',
    '    acme: { caServer: "https://acme-staging-v02.api.letsencrypt.org/directory" }',
  ].join('\n');
  const { object, context } = valuesOf(text);
  const { facts } = traefikValues(object, object.root, context);
  expect(facts.map(({ subject, data }) => [subject, data])).toEqual([
    ['entry point web of the values', expect.objectContaining({ tls: false, ports: [80], redirectsToHttps: true })],
    [
      'TLSOption default of the values',
      expect.objectContaining({ tls: true, protocols: ['TLSv1.0', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3'] }),
    ],
    [
      'TLSStore default of the values',
      expect.objectContaining({ certificates: [{ from: 'secret', ref: 'edge/wildcard-tls' }] }),
    ],
    ['certificates resolver le', expect.objectContaining({ issuerType: 'acme', staging: true })],
  ]);
  const options = facts[1]?.spans.protocols;
  expect(options && placeOf(options, { 'values.yaml': text })).toBe('6:17 VersionTLS10');
});

test("Kong's chart: env holds the gateway's settings", () => {
  const { object, context } = valuesOf('env:\n  ssl_cipher_suite: old\n  pg_ssl: "on"\n  pg_host: db.example.com\n');
  const { facts } = kongValues(object, object.root, context);
  expect(facts.map(({ subject, data }) => [subject, data])).toEqual([
    ['proxy of the values', expect.objectContaining({ protocols: expect.arrayContaining(['TLSv1.0']) })],
    ['database of the values', expect.objectContaining({ target: 'db.example.com', tls: true })],
  ]);
});

test('values of other charts say nothing', () => {
  const { object, context } = valuesOf('env:\n  LOG_LEVEL: debug\nservice:\n  port: 80\n');
  expect(traefikValues(object, object.root, context).facts).toEqual([]);
  expect(kongValues(object, object.root, context).facts).toEqual([]);
});
