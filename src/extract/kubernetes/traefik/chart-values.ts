import type { Fact, Listener } from '../../../core/fact.ts';
import { buildFact, unknown, written } from '../../../core/fact-builder.ts';
import type { Extraction } from '../../../core/technology.ts';
import { entries, scalar, spanOfNode, type YamlNode } from '../../../formats/yaml-tree.ts';
import { chartEntryPoints } from '../../dialects/traefik-chart.ts';
import { defaultsOf } from '../../dialects/traefik-defaults.ts';
import { resolverFact } from '../../dialects/traefik-resolvers.ts';
import { nodeAt } from '../../dialects/traefik-settings.ts';
import type { KindContext } from '../kind.ts';
import { type KubernetesObject, labelOf, qualified } from '../objects.ts';
import { treeOf } from './objects.ts';
import { optionFields } from './tls-option.ts';

/**
 * What values of Traefik's Helm chart say besides its flags: the entry points that redirect, the TLSOptions and the
 * TLSStore that the chart makes, and the resolvers that ask for certificates. `object` holds the values.
 * Source: traefik/traefik-helm-chart v41.3.0, traefik/values.yaml, templates/tlsoption.yaml and templates/tlsstore.yaml.
 */
export function traefikValues(object: KubernetesObject, values: YamlNode, { versions }: KindContext): Extraction {
  const label = labelOf(object);
  const defaults = defaultsOf(versions('traefik', values.source.path));
  const options = entries(values, 'tlsOptions').flatMap(({ key, value }): readonly Fact[] => {
    if (value.kind !== 'mapping') return [];
    const { tls, ...fields } = optionFields(object, treeOf(object, value), defaults);
    const self = spanOfNode(key);
    return [
      buildFact<Listener>(
        { technology: 'traefik', subject: `TLSOption ${key.value} of ${label}`, self },
        { kind: 'listener' },
        { exposure: unknown, tls: tls?.origin === 'unknown' ? unknown : written(true, self), ...fields },
      ),
    ];
  });
  const resolvers = ['certificatesResolvers', 'certResolvers'].flatMap((name) =>
    entries(values, name).flatMap(({ key, value }) =>
      nodeAt(value, 'acme') || name === 'certResolvers' ? [resolverFact({ name: key.value, key, node: value })] : [],
    ),
  );
  return {
    facts: [...redirects(values, label), ...options, ...store(object, values, label), ...resolvers],
    diagnostics: [],
  };
}

const redirects = (values: YamlNode, label: string): readonly Fact[] =>
  chartEntryPoints(values).flatMap(({ name, ports, redirect }) =>
    redirect
      ? [
          buildFact<Listener>(
            { technology: 'traefik', subject: `entry point ${name} of ${label}`, self: redirect },
            { kind: 'listener', application: 'http', tls: false },
            {
              ports: ports.length > 0 ? written(ports, redirect) : undefined,
              exposure: unknown,
              redirectsToHttps: written(true, redirect),
            },
          ),
        ]
      : [],
  );

/** `tlsStore.default.defaultCertificate.secretName`, in the release's namespace. */
function store(object: KubernetesObject, values: YamlNode, label: string): readonly Fact[] {
  const secret = scalar(values, 'tlsStore', 'default', 'defaultCertificate', 'secretName');
  if (!secret || secret.value === '') return [];
  const span = spanOfNode(secret);
  return [
    buildFact<Listener>(
      { technology: 'traefik', subject: `TLSStore default of ${label}`, self: span },
      { kind: 'listener' },
      {
        tls: written(true, span),
        exposure: unknown,
        certificates: written([{ from: 'secret', ref: qualified(object.namespace, secret.value) }], span),
      },
    ),
  ];
}
