import type { Listener } from '../../../core/fact.ts';
import { buildFact, type Fields, unknown, written } from '../../../core/fact-builder.ts';
import type { YamlNode } from '../../../formats/yaml-tree.ts';
import type { TraefikDefaults } from '../../dialects/traefik-defaults.ts';
import { type Authorities, serves, unwrittenOptions, writtenOptions } from '../../dialects/traefik-options.ts';
import { exposureOf } from '../host-names.ts';
import { type KindContext, type KindExtractor, nothing } from '../kind.ts';
import { headOf, type KubernetesObject, labelOf, qualified } from '../objects.ts';
import { hostsField } from './hosts.ts';
import { defaultsFor, isSame, knownObjects, nearestTo, specAt, specOf } from './objects.ts';
import { type Reference, referenceIn, resolved } from './references.ts';
import { staticFor } from './static.ts';

/**
 * A TLSOption: one `listener` with the versions and suites of whoever names it; the one named `default` is for every
 * router that names none, and for connections that no router asks for.
 * Source: Traefik 3.7, pkg/provider/kubernetes/crd/kubernetes.go, buildTLSOptions; pkg/tls/tlsmanager.go.
 */
export const tlsOption: KindExtractor = (object, context) => {
  const defaults = defaultsFor(object, context);
  const spec = specOf(object);
  const fields = defaults && spec && optionFields(object, spec, defaults);
  if (!fields) return nothing;
  const hosts = hostsField(routesWith(object, context));
  const fact = buildFact<Listener>(
    { technology: 'traefik', subject: labelOf(object), self: headOf(object) },
    { kind: 'listener' },
    { hosts, exposure: exposureOf(hosts, [object.name, object.namespace], headOf(object)), ...fields },
  );
  return { facts: [fact], diagnostics: [] };
};

/** What a set of options says; one that Traefik refuses serves nothing. Its authorities are Secrets beside the object. */
export function optionFields(object: KubernetesObject, spec: YamlNode, defaults: TraefikDefaults): Fields<Listener> {
  const authorities: Authorities = {
    key: 'secretNames',
    refer: (name) => `Secret ${qualified(object.namespace, name)}`,
  };
  return {
    tls: serves(spec, defaults, authorities) ? written(true, headOf(object)) : unknown,
    ...writtenOptions(spec, defaults, authorities),
  };
}

/** The routers that name the options. */
const routesWith = (option: KubernetesObject, context: KindContext): readonly KubernetesObject[] =>
  option.name === 'default'
    ? []
    : ['IngressRoute', 'IngressRouteTCP']
        .flatMap((kind) => knownObjects(context, kind))
        .filter((route) => {
          const reference = optionsNamedBy(route);
          const found = reference && resolved(reference, 'TLSOption', route, context);
          return found !== undefined && isSame(found, option);
        });

function optionsNamedBy(route: KubernetesObject): Reference | undefined {
  const named = namedOptions(route);
  return named === 'unknown' ? undefined : named;
}

const open: Fields<Listener> = { protocols: unknown, ciphers: unknown, clientAuth: unknown };

/**
 * The versions, suites and client certificates that a router gets by the options that it names; by those named `default`
 * where it names none, and by Traefik's own where nobody writes these. Unknown where the options are not here.
 */
export function chosenOptions(
  object: KubernetesObject,
  named: Reference | 'unknown' | undefined,
  context: KindContext,
): Fields<Listener> {
  const defaults = defaultsFor(object, context);
  if (!defaults || named === 'unknown' || object.fragment) return open;
  const isDefault = !named || named.name === 'default';
  const chosen = isDefault ? defaultOption(object, context) : resolved(named, 'TLSOption', object, context);
  if (chosen === 'several' || (!isDefault && !chosen)) return open;
  const ofChart = chosen ? undefined : staticFor(object, context)?.defaultOptions;
  const spec = chosen ? specOf(chosen) : ofChart;
  if (!spec) return unwrittenOptions(defaults);
  const { tls, ...fields } = optionFields(chosen ?? object, spec, defaults);
  return tls?.origin === 'unknown' ? { ...fields, tls } : fields;
}

/** Of several in different namespaces Traefik takes none. */
function defaultOption(object: KubernetesObject, context: KindContext): KubernetesObject | 'several' | undefined {
  const all = knownObjects(context, 'TLSOption').filter(({ name }) => name === 'default');
  const [found, ...others] = nearestTo(object.root.source.path, all);
  return others.length > 0 ? 'several' : found;
}

/** The options that `spec.tls.options` names; `unknown` where a template decides. */
export function namedOptions(object: KubernetesObject): Reference | 'unknown' | undefined {
  const options = specAt(object, 'tls', 'options');
  if (options.state === 'absent') return undefined;
  return options.state === 'written' ? referenceIn(object, options.node) : 'unknown';
}
