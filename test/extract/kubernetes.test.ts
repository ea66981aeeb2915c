import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { spanOf } from '../../src/core/source.ts';
import { kubernetes } from '../../src/extract/kubernetes.ts';
import { ofKind, placeOf, read, readOne } from './kubernetes-support.ts';

const pem = '-----BEGIN CERTIFICATE-----\nMIIBszCCAVmgAwIBAgIUe\n-----END CERTIFICATE-----\n';
const base64 = Buffer.from(pem).toString('base64');

const plainIngress = (name: string) => `apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: { name: ${name} }
spec:
  ingressClassName: nginx
  rules: [{ host: ${name}.example.com }]
`;

describe('Kubernetes objects', () => {
  test('documents and lists, each object by its own name', async () => {
    const list = `apiVersion: v1
kind: List
items:
  - apiVersion: networking.k8s.io/v1
    kind: Ingress
    metadata: { name: a, namespace: shop }
    spec: { rules: [{ host: a.example.com }] }
---
apiVersion: networking.k8s.io/v1
kind: IngressList
items:
  - metadata: { name: b }
    spec: { rules: [{ host: b.example.com }] }
---
${plainIngress('c')}`;
    const { facts } = await readOne(list);
    expect(facts.map(({ subject }) => subject)).toEqual(['Ingress shop/a', 'Ingress b', 'Ingress c']);
  });

  test('JSON is read like YAML', async () => {
    const text =
      '{"apiVersion":"v1","kind":"Config","clusters":[{"name":"k","cluster":{"server":"https://k.example.com","insecure-skip-tls-verify":true}}]}';
    const { facts, place } = await read({ 'kube.json': text });
    expect(facts[0]?.data).toMatchObject({
      kind: 'upstream',
      target: 'k.example.com',
      verify: { chain: false, hostname: false },
    });
    expect(place(facts[0], 'verify/chain')).toBe('1:131 true');
  });

  test('the schema of a CustomResourceDefinition says nothing', async () => {
    const { facts, nested } = await readOne(`apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: { name: x.example.com }
spec:
  versions:
    - name: v1
      schema:
        openAPIV3Schema:
          properties:
            insecureSkipVerify: { type: boolean, default: true }
            example: { type: string, default: "${base64}" }
`);
    expect([facts, nested]).toEqual([[], []]);
  });

  test('a patch leaves what it does not say unknown', async () => {
    const whole = plainIngress('web').replace('spec:', 'spec:\n  tls: [{ hosts: [web.example.com], secretName: web }]');
    const files = { 'base.yaml': whole, 'kustomization.yaml': 'patches: [{ path: ./web.yaml }]\n', 'web.yaml': whole };
    const { facts } = await read(files);
    const [base, patch] = ofKind(facts, 'listener').filter(({ data }) => 'tls' in data && data.tls);
    expect(Object.keys(base?.defaults ?? {})).toEqual(['protocols', 'clientAuth', 'hsts']);
    expect(Object.keys(patch?.defaults ?? {})).toEqual([]);
    expect(patch?.unknown).toEqual(expect.arrayContaining(['protocols', 'hsts']));
  });

  test('a patch inside a kustomization is read as one', async () => {
    const { facts } = await read({
      'kustomization.yaml': `patches:
  - patch: |-
      apiVersion: networking.k8s.io/v1
      kind: Ingress
      metadata: { name: web }
      spec: { rules: [{ host: web.example.com }] }
  - patch: '[{"op": "remove", "path": "/spec/tls"}]'
`,
    });
    expect(facts.map(({ subject, build }) => [subject, build])).toEqual([['Ingress web', '.']]);
    expect(facts[0]?.unknown).toContain('protocols');
  });

  test('an encrypted Secret says nothing', async () => {
    const { nested } = await readOne(`apiVersion: v1
kind: Secret
metadata: { name: web }
stringData:
  tls.key: "ENC[AES256_GCM,data:abc,type:str]"
  tls.crt: |
    -----BEGIN CERTIFICATE-----
    abc
sops: { mac: "ENC[x]", version: 3.9.0 }
`);
    expect(nested).toEqual([]);
  });

  test('broken YAML is said once, in a template too', async () => {
    const broken = 'apiVersion: v1\nkind: Secret\ndata: [\n';
    expect((await readOne(broken)).problems).toHaveLength(1);
    expect((await read({ 'chart/templates/a.yaml': `{{ if .x }}\n${broken}{{ end }}\n` })).problems).toHaveLength(1);
  });
});

describe('what Secrets and ConfigMaps hold', () => {
  test('base64 is decoded, and maps back to its line', async () => {
    const wrapped = base64.match(/.{1,40}/g)?.join('\n    ');
    const text = `apiVersion: v1
kind: Secret
metadata: { name: web-tls, namespace: shop }
type: kubernetes.io/tls
data:
  tls.crt: |
    ${wrapped}
  tls.key: ""
  token: c2VjcmV0LXRva2VuLXZhbHVl
  other.crt: {{ .Values.crt | b64enc }}
`;
    const { nested } = await readOne(text);
    expect(nested.map(({ held }) => held)).toEqual([
      { name: 'tls.crt', holder: 'Secret shop/web-tls', container: 'secret' },
    ]);
    const [source] = nested;
    expect(source?.text).toBe(pem);
    const end = pem.indexOf('-----END');
    const span = source ? spanOf(source, end, end + 8) : { file: '', start: 0, end: 0 };
    expect(placeOf(span, { 'app.yaml': text })).toBe('8:33 LS0tLUVORCBD');
  });

  test('text is exact, and settings of one line are left alone', async () => {
    const text = `apiVersion: v1
kind: ConfigMap
metadata: { name: web }
data:
  LOG_LEVEL: info
  nginx.conf: |
    http {
      server { listen 443 ssl; }
    }
`;
    const { nested } = await readOne(text);
    expect(nested.map(({ held }) => held?.name)).toEqual(['nginx.conf']);
    const [source] = nested;
    const at = source?.text.indexOf('listen') ?? 0;
    expect(source && placeOf(spanOf(source, at, at + 10), { 'app.yaml': text })).toBe('8:16 listen 443');
  });

  test('a key store keeps its bytes', async () => {
    const store = Buffer.from([0xfe, 0xed, 0xfe, 0xed, 0, 0, 0, 2, 0, 0, 0, 0, 1, 2, 3, 4]).toString('base64');
    const { nested } = await readOne(`{apiVersion: v1, kind: Secret, metadata: {name: s}, data: {app.jks: ${store}}}`);
    expect(nested[0]?.bytes?.slice(0, 4)).toEqual(new Uint8Array([0xfe, 0xed, 0xfe, 0xed]));
  });
});

describe('trust', () => {
  test('bundles of webhooks, and placeholders for them', async () => {
    const { facts, nested, place } = await readOne(`apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingWebhookConfiguration
metadata: { name: checks }
webhooks:
  - name: a.example.com
    clientConfig: { caBundle: ${base64} }
  - name: b.example.com
    clientConfig: { caBundle: Cg== }
`);
    expect(facts.map(({ data }) => data)).toEqual([
      { kind: 'trust', source: 'a.example.com', verify: true, certificates: 1 },
    ]);
    expect(place(facts[0], 'self')).toBe('6:21 caBundle');
    expect(nested.map(({ held }) => held?.container)).toEqual(['ca-bundle']);
  });

  test('an APIService that is not verified', async () => {
    const { facts, place } = await readOne(`apiVersion: apiregistration.k8s.io/v1
kind: APIService
metadata: { name: v1beta1.metrics.k8s.io }
spec:
  version: v1beta1
  insecureSkipTLSVerify: true
`);
    expect(facts[0]?.data).toEqual({ kind: 'trust', source: 'APIService v1beta1.metrics.k8s.io', verify: false });
    expect(place(facts[0], 'verify')).toBe('6:26 true');
  });
});

describe('any input', () => {
  const keys = ['apiVersion', 'kind', 'metadata', 'spec', 'tls', 'data', 'servers', 'mode', 'annotations', '$patch'];
  const words = [
    'v1',
    'Secret',
    'Ingress',
    'networking.k8s.io/v1',
    'Gateway',
    'networking.istio.io/v1',
    '{{ x }}',
    '',
    'SIMPLE',
  ];
  const tree = fc.letrec((tie) => ({
    node: fc.oneof({ maxDepth: 4 }, fc.constantFrom(...words), fc.array(tie('node'), { maxLength: 3 }), tie('map')),
    map: fc.dictionary(fc.constantFrom(...keys), tie('node'), { maxKeys: 5 }),
  })).map;

  test('never throws, and spans stay inside the file', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(
          tree.map((value) => JSON.stringify(value)),
          fc.string(),
        ),
        async (text) => {
          const unit = {
            sources: [{ path: 'a.yaml', text }] as const,
            repository: { paths: [], read: () => undefined },
          };
          const { facts } = await kubernetes.extract(unit, () => ({ version: '1', reason: '', guessed: true }));
          for (const fact of facts) {
            for (const span of [fact.self, ...Object.values(fact.spans)]) {
              expect(span.start).toBeGreaterThanOrEqual(0);
              expect(span.end).toBeLessThanOrEqual(text.length);
            }
          }
        },
      ),
      { numRuns: 200 },
    );
  });
});
