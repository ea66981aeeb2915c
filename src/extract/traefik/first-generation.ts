import type { Fact, Issuance, Listener, Upstream } from '../../core/fact.ts';
import { buildFact, byDefault, composite, type Fields, written } from '../../core/fact-builder.ts';
import type { Source } from '../../core/source.ts';
import { spanOfNode } from '../../formats/yaml-tree.ts';
import { protocolRange } from '../../tls/protocols.ts';
import { readListenAddress } from '../dialects/listen-address.ts';
import { defaultsOf, type TraefikDefaults } from '../dialects/traefik-defaults.ts';
import { writtenOptions } from '../dialects/traefik-options.ts';
import { resolverFact } from '../dialects/traefik-resolvers.ts';
import { flagField, isOn, keyAt, listAt, nodeAt, settingAt, textAt } from '../dialects/traefik-settings.ts';
import { exposureOf, portsField } from './entry-point-fields.ts';
import { type EntryPoint, type Named, namedAt, spanOfKey } from './model.ts';
import { isFirstGeneration, type Part, partsOf } from './parts.ts';

/**
 * Traefik 1, whose entry points hold the TLS settings themselves and whose root says whether servers are verified. Its
 * last release, 1.7.34, was built with Go 1.16, which takes TLS 1.0 for the minimum.
 * Source: Traefik 1.7 documentation, Entry Points, Global Configuration.
 */
export const firstGeneration = (source: Source): readonly (Fact<Listener> | Fact<Upstream> | Fact<Issuance>)[] =>
  partsOf(source)
    .parts.filter(({ root }) => isFirstGeneration(root))
    .flatMap((part) => [...namedAt(part, 'entryPoints').flatMap(entryPointFact), ...servers(part), ...authority(part)]);

const defaults: TraefikDefaults = defaultsOf({
  version: '1.7.34',
  reason: 'Traefik 1, whose syntax this is',
  guessed: false,
});

function entryPointFact(named: Named): readonly Fact<Listener>[] {
  const entryPoint = withAddress(named);
  const self = spanOfKey(named);
  const head = { technology: 'traefik', subject: `entry point ${named.name}`, self };
  const tls = settingAt(named.node, 'tls');
  if (isOn(tls) && tls.state === 'present') {
    const place = keyAt(named.node, 'tls');
    return [
      buildFact<Listener>(
        head,
        { kind: 'listener', application: 'http', ...exposureOf([entryPoint]) },
        {
          tls: written(true, place ? spanOfNode(place) : self),
          ports: portsField([entryPoint]),
          ...writtenOptions(tls.node, defaults),
          clientAuth: clientAuthOf(entryPoint),
        },
      ),
    ];
  }
  const redirect = keyAt(named.node, 'redirect');
  if (!redirect || tls.state === 'unknown') return [];
  return [
    buildFact<Listener>(
      head,
      { kind: 'listener', application: 'http', tls: false, ...exposureOf([entryPoint]) },
      { ports: portsField([entryPoint]), redirectsToHttps: written(true, spanOfNode(redirect)) },
    ),
  ];
}

const withAddress = (named: Named): EntryPoint => {
  const address = textAt(named.node, 'address');
  return {
    ...named,
    address: address === undefined ? undefined : readListenAddress(address),
    tls: undefined,
    redirects: false,
  };
};

/** `clientCA.files` with `optional`; `clientCAFiles` before 1.4. */
function clientAuthOf({ node }: EntryPoint): Fields<Listener>['clientAuth'] {
  const key = keyAt(node, 'tls', 'clientCA') ?? keyAt(node, 'tls', 'clientCAFiles');
  if (!key) return byDefault({ mode: 'none' }, 'Traefik asks for no client certificate unless told to');
  const [first] = listAt(node, 'tls', 'clientCA', 'files') ?? listAt(node, 'tls', 'clientCAFiles') ?? [];
  const optional = flagField(settingAt(node, 'tls', 'clientCA', 'optional'));
  const mode = optional?.origin === 'written' && optional.value ? 'optional' : 'required';
  return written({ mode, ...(first && !first.unknown && { ca: first.text }) }, spanOfNode(key));
}

/** `insecureSkipVerify` of the root holds for every server. */
function servers({ root }: Part): readonly Fact<Upstream>[] {
  const skip = flagField(settingAt(root, 'insecureSkipVerify'));
  const key = keyAt(root, 'insecureSkipVerify');
  if (!key || skip?.origin !== 'written' || !skip.value || !nodeAt(root, 'insecureSkipVerify')) return [];
  const checks = written(false, skip.span);
  return [
    buildFact<Upstream>(
      { technology: 'traefik', subject: 'the servers', self: spanOfNode(key) },
      { kind: 'upstream', exposure: 'private' },
      {
        tls: written(true, skip.span),
        verify: composite<NonNullable<Upstream['verify']>>({ chain: checks, hostname: checks }),
        protocols: defaults.because(protocolRange(defaults.clientMinimum, 'TLSv1.3')),
      },
    ),
  ];
}

/** The one authority of Traefik 1, under `acme`. */
function authority(part: Part): readonly Fact<Issuance>[] {
  const key = keyAt(part.root, 'acme');
  return key ? [resolverFact({ name: 'acme', key, node: part.root })] : [];
}
