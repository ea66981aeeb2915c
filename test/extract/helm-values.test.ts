import { describe, expect, test } from '@jest/globals';
import { spanAt } from '../../src/core/fact.ts';
import { chartOf } from '../../src/extract/dialects/helm-chart.ts';
import { helm } from '../../src/extract/helm.ts';
import { extractText } from '../support/extract-text.ts';
import { inMemory } from '../support/lint-files.ts';

const claims = (path: string, words: readonly string[] = []): boolean =>
  helm.claims({ path, hasWord: (word) => words.includes(word) });

describe('files', () => {
  test.each([
    'values.yaml',
    'deploy/values-production.yaml',
    'traefik-values.yml',
    'helm-values/ingress.yaml',
    'values.yaml.gotmpl',
    'helmfile.yaml',
    'helmfile.d/10-ingress.yaml.gotmpl',
    'ingress-nginx/values.yaml',
  ])('%s holds values', (path) => {
    expect(claims(path)).toBe(true);
  });

  test.each(['config.yaml', 'values.json', 'valuesets/x.yaml', 'kustomization.yaml', 'templates/secret.yaml'])(
    '%s does not',
    (path) => {
      expect(claims(path)).toBe(false);
    },
  );

  test('a kustomization with charts does, and a template that makes certificates says so', () => {
    expect(claims('kustomization.yaml', ['helmCharts'])).toBe(true);
    expect(claims('web/templates/_helpers.tpl', ['genSignedCert'])).toBe(true);
  });
});

const facts = async (text: string, files: Readonly<Record<string, string>> = {}, path = 'values.yaml') =>
  (await extractText(helm, path, text, { files })).facts;

describe('values', () => {
  test('a manifest that is called values is left to others', async () => {
    expect(await facts('apiVersion: v1\nkind: ConfigMap\noidc: { insecureSkipVerify: true }\n')).toEqual([]);
  });

  test('a values file that is broken says what could be read of it', async () => {
    const found = await facts('oidc:\n  insecureSkipVerify: true\nx: [\n');
    expect(found.map(({ subject }) => subject)).toEqual(['oidc.insecureSkipVerify in the values']);
  });

  test('keys in lists and aliases are read once', async () => {
    const found = await facts('list:\n  - &one { insecureSkipTLSVerify: true }\n  - *one\n');
    expect(found.map((fact) => [fact.subject, spanAt(fact, 'verify/chain').start])).toEqual([
      ['list.insecureSkipTLSVerify in the values', 40],
    ]);
  });

  test('several documents, none of them a mapping', async () => {
    expect(await facts('---\n- a\n---\nb\n')).toEqual([]);
  });

  test('versions that are no versions say nothing', async () => {
    expect(
      await facts('tls: { minVersion: latest, protocols: [TLSv1.2, HTTP] }\nproto: { protocols: TLSv1 }\n'),
    ).toEqual([]);
  });
});

describe('certificates that templates make', () => {
  const made = async (text: string): Promise<readonly (readonly unknown[])[]> =>
    (await facts(text, { 'Chart.yaml': 'name: web', 'values.yaml': 'days: 30' }, 'templates/a.yaml')).map(
      ({ data, unknown }) => [
        data.kind === 'issuance' ? data.durationSeconds : undefined,
        unknown.includes('durationSeconds'),
      ],
    );

  test.each<[string, readonly (readonly unknown[])[]]>([
    ['{{- $ca := genCA "a b" 10 -}}', [[864_000, false]]],
    ['{{ $ca := genCA `a` (.Values.days | int) }}', [[2_592_000, false]]],
    ['{{ $ca := genCA (printf "%s-ca" (include "x" .)) 10 }}', [[864_000, false]]],
    ['{{ $c := genSignedCert "a" (list) (list "a" (printf "%s" "b")) 10 $ca }}', [[864_000, false]]],
    ['{{ $c := genSelfSignedCertWithKey "a" nil nil 10 $key }}', [[864_000, false]]],
    ['{{ $c := genCA "a" $days }}', [[undefined, true]]],
    ['{{ $c := genCA }}', [[undefined, true]]],
    ['{{ include "genCA" . }}{{/* genCA "a" 10 */}}', []],
  ])('%s', async (text, expected) => {
    expect(await made(text)).toEqual(expected);
  });
});

describe('charts', () => {
  test('the nearest folder with a Chart.yaml; of a downloaded one, its parts too', () => {
    const { repository } = inMemory({
      'a/Chart.yaml':
        'name: a\ndependencies: [{ name: b, repository: "oci://registry.example.com/charts" }, { name: c }]\n',
      'a/values.yaml': 'x: 1\n',
      'a/charts/b/Chart.yaml': 'name: b\n',
      'a/charts/b/charts/d/Chart.yaml': 'name: d\n',
      'a/charts/c/Chart.yaml': 'name: c\n',
    });
    const seen = (path: string) => {
      const chart = chartOf(path, repository);
      return chart && [chart.folder, chart.name, chart.vendored];
    };
    expect(seen('a/templates/x.yaml')).toEqual(['a', 'a', false]);
    expect(seen('a/charts/b/templates/x.yaml')).toEqual(['a/charts/b', 'b', true]);
    expect(seen('a/charts/b/charts/d/templates/x.yaml')).toEqual(['a/charts/b/charts/d', 'd', true]);
    expect(seen('a/charts/c/templates/x.yaml')).toEqual(['a/charts/c', 'c', false]);
    expect(seen('other/templates/x.yaml')).toBeUndefined();
  });
});
