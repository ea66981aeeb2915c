import { loadAll } from 'js-yaml';
import { kubernetesSections, type RowCase } from '../test/support/rows.ts';

/**
 * Compares the manifests of `test/kubernetes/` with the schemas of the real resources, as npm packages ship them, and
 * prints JSON: how many objects a package knows, and which of them it refuses although their case does not say so.
 */
const packages: Readonly<Record<string, string>> = {
  'acme.cert-manager.io': 'cert-manager',
  'cert-manager.io': 'cert-manager',
  'gateway.envoyproxy.io': 'envoy-gateway',
  'gateway.networking.k8s.io': 'gateway-api',
  'monitoring.coreos.com': 'prometheus-operator',
  'networking.istio.io': 'istio',
  'projectcontour.io': 'contour',
  'security.istio.io': 'istio',
  'traefik.io': 'traefik',
  'trust.cert-manager.io': 'cert-manager',
};

let known = 0;
const refused: { readonly at: string; readonly refusal: string }[] = [];
for (const { section, rows } of kubernetesSections()) {
  for (const { row, cases = [] } of rows) {
    for (const one of cases.filter((candidate) => candidate.refused === undefined)) {
      for (const object of objectsOf(one)) {
        const refusal = await refusalOf(object);
        if (refusal === undefined) continue;
        known++;
        if (refusal !== '') refused.push({ at: `${section}: ${row}: ${one.note}`, refusal });
      }
    }
  }
}
process.stdout.write(JSON.stringify({ known, refused }));

type ManifestObject = Readonly<Record<string, unknown>>;

/** What a schema says against an object, empty where it takes it; `undefined` where no package has the kind. */
async function refusalOf(object: ManifestObject): Promise<string | undefined> {
  const { apiVersion, kind } = object;
  if (typeof apiVersion !== 'string' || typeof kind !== 'string') return undefined;
  const name = packages[apiVersion.split('/')[0] ?? ''];
  const Kind = name === undefined ? undefined : (await modelsIn(`@kubernetes-models/${name}/${apiVersion}`))[kind];
  if (!Kind) return undefined;
  try {
    new Kind(object).validate();
    return '';
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

type Models = Readonly<Record<string, new (data: unknown) => { readonly validate: () => void }>>;

async function modelsIn(path: string): Promise<Models> {
  try {
    return await import(path);
  } catch {
    return {};
  }
}

/** Objects of the manifests that are YAML; those with template actions are not. */
function objectsOf({ text, files }: RowCase): readonly ManifestObject[] {
  return Object.values(files ?? { 'app.yaml': text ?? '' }).flatMap((manifest) => {
    try {
      return loadAll(manifest).filter(isObject);
    } catch {
      return [];
    }
  });
}

function isObject(value: unknown): value is ManifestObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
