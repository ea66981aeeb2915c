import { describe, expect, test } from '@jest/globals';
import type { Versions } from '../../src/core/technology.ts';
import { kuma } from '../../src/extract/kuma.ts';

const versions: Versions = () => ({ version: '2.14.3', reason: 'kuma 2.14.3', guessed: true });

async function read(text: string) {
  const path = 'mesh.yaml';
  const { facts } = await kuma.extract(
    { sources: [{ path, text }], repository: { paths: [path], read: () => undefined } },
    versions,
  );
  return facts.map(({ data, subject, spans, self }) => {
    const placed = Object.fromEntries(
      Object.entries(spans).map(([pointer, { start, end }]) => [pointer, text.slice(start, end)]),
    );
    return { data, subject, placed, self: text.slice(self.start, self.end) };
  });
}

const claimed = (text: string): boolean =>
  kuma.claims({ path: 'a.yaml', hasWord: (word) => new RegExp(`\\b${word}\\b`).test(text) });

describe('Kuma in its universal form', () => {
  test('a Mesh has its fields beside its name', async () => {
    const text = `type: Mesh
name: default
mtls:
  enabledBackend: ca-1
  backends: [{ name: ca-1, type: builtin, mode: PERMISSIVE }]
`;
    expect(claimed(text)).toBe(true);
    expect(await read(text)).toEqual([
      {
        data: { kind: 'mesh', scope: 'mesh', mode: 'permissive', certificateLifetimeSeconds: 86400 },
        subject: 'Mesh default',
        placed: { mode: 'PERMISSIVE' },
        self: 'default',
      },
    ]);
  });

  test('newer types have a spec', async () => {
    const text = `type: MeshTLS
name: all
mesh: default
spec:
  targetRef: { kind: Mesh }
  rules: [{ default: { mode: Strict, tlsVersion: { min: TLS13 } } }]
`;
    expect((await read(text)).map(({ data }) => data)).toMatchObject([
      { kind: 'mesh', scope: 'mesh', mode: 'strict' },
      { kind: 'listener', protocols: ['TLSv1.3'] },
    ]);
  });

  test('an ExternalService without a root verifies nothing', async () => {
    const text = `type: ExternalService
mesh: default
name: pay
tags: { kuma.io/service: pay }
networking:
  address: pay.example.com:443
  tls: { enabled: true }
`;
    expect((await read(text)).map(({ data }) => data)).toMatchObject([
      { kind: 'upstream', target: 'pay.example.com:443', verify: { chain: false } },
    ]);
  });

  test('manifests and other documents with a type are left alone', async () => {
    expect(claimed('apiVersion: kuma.io/v1alpha1\nkind: Mesh\ntype: Mesh\n')).toBe(false);
    expect(claimed('type: object\n')).toBe(false);
    expect(await read('type: Meshes\nname: a\n')).toEqual([]);
  });
});
