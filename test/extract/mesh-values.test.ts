import { describe, expect, test } from '@jest/globals';
import { ciliumValues } from '../../src/extract/kubernetes/cilium/values.ts';
import { skippedPorts } from '../../src/extract/kubernetes/linkerd/annotations.ts';
import { nginxServiceMeshValues } from '../../src/extract/kubernetes/meshes/nginx-service-mesh.ts';
import type { KubernetesObject } from '../../src/extract/kubernetes/objects.ts';
import { parseYaml } from '../../src/formats/yaml.ts';

function objectFrom(text: string): KubernetesObject {
  const [root] = parseYaml({ path: 'values.yaml', text }).documents;
  if (root?.kind !== 'mapping') throw new Error('no mapping');
  return { root, group: '', version: '', kind: 'values', name: undefined, namespace: undefined, fragment: false };
}

const dataOf = (read: typeof ciliumValues, text: string) => {
  const object = objectFrom(text);
  return read(object, object.root).facts.map(({ data }) => data);
};

describe('values of charts of meshes', () => {
  test('Cilium authenticates peers and encrypts nothing unless told to', () => {
    const spire = 'authentication: { mutual: { spire: { enabled: true } } }\n';
    expect(dataOf(ciliumValues, spire)).toMatchObject([{ kind: 'mesh', scope: 'mesh', mode: 'disabled' }]);
    expect(dataOf(ciliumValues, `${spire}encryption: { enabled: true, type: wireguard }\n`)).toMatchObject([
      { mode: 'strict' },
    ]);
    expect(dataOf(ciliumValues, 'encryption: { enabled: false }\n')).toEqual([]);
  });

  test('TLS of Hubble, and how long its certificates live', () => {
    const values = 'hubble: { tls: { enabled: false, auto: { certValidityDuration: 365 } } }\n';
    expect(dataOf(ciliumValues, values)).toMatchObject([
      { kind: 'listener', tls: false, exposure: 'internal' },
      { kind: 'issuance', durationSeconds: 31536000 },
    ]);
  });

  test.each([
    ['off', 'disabled'],
    ['permissive', 'permissive'],
    ['strict', 'strict'],
  ])('mtls.mode %s of NGINX Service Mesh', (written, mode) => {
    expect(dataOf(nginxServiceMeshValues, `mtls: { mode: "${written}" }\n`)).toMatchObject([{ scope: 'mesh', mode }]);
  });
});

test('ports that bypass the proxy of Linkerd', () => {
  const pod = (ports: string) =>
    objectFrom(`metadata: { annotations: { config.linkerd.io/skip-inbound-ports: "${ports}" } }\n`);
  const read = (ports: string) => {
    const object = pod(ports);
    return skippedPorts(object, object.root);
  };
  expect(read('25,3000-3002')).toMatchObject({ origin: 'written', value: [25, 3000, 3001, 3002] });
  expect(read('mysql')).toMatchObject({ origin: 'unknown' });
  expect(read('')).toBeUndefined();
});
