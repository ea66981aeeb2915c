import { describe, expect, test } from '@jest/globals';
import { type Fact, spanAt } from '../../src/core/fact.ts';
import { lineStarts, locate } from '../../src/core/text.ts';
import { kubernetes } from '../../src/extract/kubernetes.ts';
import { extractFiles } from '../support/extract-text.ts';

const ingress = `apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: web
  annotations:
    nginx.ingress.kubernetes.io/ssl-redirect: "true"
spec:
  ingressClassName: nginx
  tls: [{ hosts: [shop.example.com], secretName: web-tls }]
  rules: [{ host: shop.example.com, http: { paths: [{ path: /, backend: { service: { name: web } } }] } }]
`;
const base = { 'base/kustomization.yaml': 'resources: [ingress.yaml]\n', 'base/ingress.yaml': ingress };
const prod = (text: string, more: Readonly<Record<string, string>> = {}) => ({
  ...base,
  'overlays/prod/kustomization.yaml': `resources: [../../base]\n${text}`,
  ...more,
});

async function read(files: Readonly<Record<string, string>>) {
  const { facts, diagnostics, units } = await extractFiles(kubernetes, files, { version: '1.15.1' });
  return {
    facts,
    diagnostics,
    units,
    place: (fact: Fact | undefined, pointer: string) => placeIn(files, fact, pointer),
  };
}

function placeIn(files: Readonly<Record<string, string>>, fact: Fact | undefined, pointer: string): string {
  if (!fact) return 'no such fact';
  const { file, start, end } = pointer === 'self' ? fact.self : spanAt(fact, pointer);
  const text = files[file] ?? '';
  const { line, column } = locate(lineStarts(text), start);
  return `${file}:${line}:${column} ${text.slice(start, end)}`;
}

/** The listeners, with their builds. */
const shown = (facts: readonly Fact[]) =>
  listenersIn(facts).map(({ data, subject, build }) => `${build}: ${subject} ${'tls' in data ? data.tls : ''}`);

const listenersIn = (facts: readonly Fact[]) => facts.filter(({ data }) => data.kind === 'listener');

describe('builds', () => {
  test('a base is read as what its overlays make of it, and not alone', async () => {
    const { facts, units } = await read({
      ...prod('namespace: shop\n'),
      'overlays/dev/kustomization.yaml': 'resources: [../../base]\nnamePrefix: dev-\n',
    });
    expect(shown(facts)).toEqual([
      'overlays/prod: Ingress shop/web true',
      'overlays/prod: Ingress shop/web false',
      'overlays/dev: Ingress dev-web true',
      'overlays/dev: Ingress dev-web false',
    ]);
    expect(units.map(({ sources }) => sources.map(({ path }) => path))).toEqual([
      ['overlays/prod/kustomization.yaml', 'base/kustomization.yaml', 'base/ingress.yaml'],
      ['overlays/dev/kustomization.yaml', 'base/kustomization.yaml', 'base/ingress.yaml'],
    ]);
  });

  test('values stand where they are written: in the base, in a patch, in the kustomization', async () => {
    const patch = `apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: web
  annotations:
    nginx.ingress.kubernetes.io/ssl-redirect: "false"
`;
    const { facts, place } = await read(
      prod('namespace: shop\npatches: [{ path: patch.yaml }]\n', { 'overlays/prod/patch.yaml': patch }),
    );
    const [secured, plain] = listenersIn(facts);
    expect(place(secured, 'certificates/0')).toBe('base/ingress.yaml:9:50 web-tls');
    expect(secured?.data).toMatchObject({ certificates: [{ from: 'secret', ref: 'shop/web-tls' }] });
    expect(plain?.data).toMatchObject({ redirectsToHttps: false });
    expect(place(plain, 'redirectsToHttps')).toBe('overlays/prod/patch.yaml:6:48 false');
  });

  test('what a patch takes away is absent, and the patch is named', async () => {
    const { facts } = await read(
      prod('patches:\n  - target: { kind: Ingress }\n    patch: |\n      - { op: remove, path: /spec/tls }\n'),
    );
    expect(shown(facts)).toEqual(['overlays/prod: Ingress web false']);
    const [related] = listenersIn(facts)[0]?.related ?? [];
    expect(related).toEqual({
      span: { file: 'overlays/prod/kustomization.yaml', start: 86, end: 96 },
      phrase: 'changed by this patch in overlays/prod',
    });
  });

  test('a patch that is named is not judged alone, one for an object elsewhere is a fragment', async () => {
    const remote = await read({
      'kustomization.yaml': 'resources: ["https://example.com/base.yaml"]\npatches: [{ path: web.yaml }]\n',
      'web.yaml': ingress,
    });
    expect(listenersIn(remote.facts)[0]?.unknown).toContain('protocols');
    const local = await read({
      'kustomization.yaml': 'resources: [base.yaml]\npatches: [{ path: web.yaml }]\n',
      'base.yaml': ingress,
      'web.yaml': ingress,
    });
    expect(listenersIn(local.facts)).toHaveLength(2);
    expect(Object.keys(listenersIn(local.facts)[0]?.defaults ?? {})).toContain('protocols');
  });

  test('a file that no kustomization names is read alone', async () => {
    const { facts } = await read({ ...prod(''), 'other.yaml': ingress });
    expect(shown(facts).map((one) => one.split(':')[0])).toEqual([
      'overlays/prod',
      'overlays/prod',
      'undefined',
      'undefined',
    ]);
  });

  test('a base that Flux or Argo CD deploys is a build of its own', async () => {
    const flux = `apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata: { name: web }
spec: { path: ./base }
`;
    const argo = `apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: { name: web }
spec: { source: { path: base } }
`;
    for (const text of [flux, argo]) {
      const { facts } = await read({ ...prod(''), 'apps.yaml': text });
      expect(new Set(facts.map(({ build }) => build))).toEqual(new Set(['base', 'overlays/prod']));
    }
  });

  test('kustomizations that are made of one another are read once', async () => {
    const { facts } = await read({
      'a/kustomization.yaml': 'resources: [../b, ingress.yaml]\n',
      'a/ingress.yaml': ingress,
      'b/kustomization.yaml': 'resources: [../a]\n',
    });
    expect(shown(facts)).toHaveLength(2);
  });

  test('a transformer of somebody else makes what is absent unknown', async () => {
    const { facts } = await read(prod('transformers: [plugin.yaml]\n', { 'overlays/prod/plugin.yaml': 'kind: Any\n' }));
    expect(listenersIn(facts)[0]?.unknown).toContain('protocols');
  });

  test('what a replacement or a variable fills in is unknown', async () => {
    const { facts } = await read(
      prod(`replacements:
  - source: { kind: ConfigMap, name: names }
    targets: [{ select: { kind: Ingress }, fieldPaths: [spec.tls.0.secretName] }]
`),
    );
    expect(listenersIn(facts)[0]?.unknown).toContain('certificates');
    const variable = await read({
      ...prod('vars: [{ name: HOST, objref: { kind: ConfigMap, name: names } }]\n'),
      'base/ingress.yaml': ingress.replace('secretName: web-tls', 'secretName: tls-$(HOST)'),
    });
    expect(listenersIn(variable.facts)[0]?.unknown).toContain('certificates');
  });

  test('broken YAML in a base is said once', async () => {
    const { diagnostics } = await read({
      ...prod(''),
      'base/ingress.yaml': 'apiVersion: v1\nkind: Secret\ndata: [\n',
      'overlays/dev/kustomization.yaml': 'resources: [../../base]\n',
    });
    expect(diagnostics).toHaveLength(1);
  });

  test('objects of one build do not explain those of another overlay of the same base', async () => {
    const classOf = (controller: string) => `apiVersion: networking.k8s.io/v1
kind: IngressClass
metadata: { name: nginx }
spec: { controller: ${controller} }
`;
    const { facts } = await read({
      ...base,
      'prod/kustomization.yaml': 'resources: [../base, class.yaml]\n',
      'prod/class.yaml': classOf('k8s.io/ingress-nginx'),
      'dev/kustomization.yaml': 'resources: [../base, class.yaml]\n',
      'dev/class.yaml': classOf('nginx.org/ingress-controller'),
    });
    const technologies = new Map(facts.map(({ build, technology }) => [build, technology]));
    expect(technologies.get('prod')).toBe('ingress-nginx');
    expect(technologies.get('dev')).not.toBe('ingress-nginx');
  });
});

describe('generators', () => {
  const pem = '-----BEGIN CERTIFICATE-----\nMIIBszCCAVmgAwIBAgIUe\n-----END CERTIFICATE-----\n';
  const generator = `secretGenerator:
  - name: web-tls
    namespace: shop
    type: kubernetes.io/tls
    files: [tls.crt=certs/web.pem]
`;

  async function nestedIn(files: Readonly<Record<string, string>>) {
    const { units } = await read(files);
    const versions = () => ({ version: '0', reason: '', guessed: true });
    const extractions = await Promise.all(units.map((unit) => kubernetes.extract(unit, versions)));
    return extractions.flatMap(({ nested }) => nested ?? []);
  }

  test('a file of the repository is what the Secret holds', async () => {
    const nested = await nestedIn({ 'kustomization.yaml': generator, 'certs/web.pem': pem });
    expect(nested.map(({ held, path, text }) => [held?.holder, held?.name, path, text])).toEqual([
      ['Secret shop/web-tls', 'tls.crt', 'certs/web.pem', pem],
    ]);
  });

  test('two builds of one base give what is in it once', async () => {
    const nested = await nestedIn({
      'base/kustomization.yaml': generator,
      'base/certs/web.pem': pem,
      'a/kustomization.yaml': 'resources: [../base]\n',
      'b/kustomization.yaml': 'resources: [../base]\n',
    });
    expect(nested).toHaveLength(1);
  });

  test('a configuration under its own name is read as the file that it is', async () => {
    const files = { 'kustomization.yaml': 'configMapGenerator: [{ name: web, files: [nginx.conf] }]\n' };
    expect(await nestedIn({ ...files, 'nginx.conf': 'server {\n  listen 443 ssl;\n}\n' })).toEqual([]);
  });

  test('a Secret whose files are not in the repository is filled by somebody else', async () => {
    const { facts, place } = await read({ 'kustomization.yaml': generator });
    expect(facts.map(({ data }) => data)).toEqual([{ kind: 'secret', name: 'shop/web-tls', provider: 'template' }]);
    expect(place(facts[0], 'self')).toBe('kustomization.yaml:2:11 web-tls');
  });

  test('settings of a controller as literals', async () => {
    const { facts, place } = await read({
      'kustomization.yaml': `configMapGenerator:
  - name: ingress-nginx-controller
    namespace: ingress-nginx
    options: { labels: { app.kubernetes.io/name: ingress-nginx } }
    literals:
      - ssl-protocols=TLSv1 TLSv1.2
      - hsts-max-age='600'
`,
    });
    expect(facts[0]?.data).toMatchObject({ protocols: ['TLSv1.0', 'TLSv1.2'] });
    expect(place(facts[0], 'protocols/0')).toBe('kustomization.yaml:6:23 TLSv1');
    expect(place(facts[0], 'hsts/maxAgeSeconds')).toBe('kustomization.yaml:7:23 600');
  });
});
