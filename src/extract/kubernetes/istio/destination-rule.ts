import type { Fact, Upstream } from '../../../core/fact.ts';
import {
  buildFact,
  byDefault,
  composite,
  type Field,
  type Fields,
  unknown,
  written,
} from '../../../core/fact-builder.ts';
import type { Span } from '../../../core/source.ts';
import { get, items, keyOf, spanOfNode, text, type YamlNode } from '../../../formats/yaml-tree.ts';
import { reachOf } from '../../../tls/reach.ts';
import { isSince } from '../../versions.ts';
import type { KindContext, KindExtractor } from '../kind.ts';
import { type KubernetesObject, labelOf } from '../objects.ts';
import { booleanIn, fieldFrom, listField, type Setting, textField, textIn } from '../settings.ts';
import { field } from './protocols.ts';

/**
 * A DestinationRule: one `upstream` for each `tls` block, of the host, of its ports and of its subsets. One without any
 * leaves TLS to the mesh. Source: Istio 1.30, networking/v1alpha3/destination_rule.proto, ClientTLSSettings;
 * pilot/pkg/networking/core/cluster_tls.go.
 */
export const destinationRule: KindExtractor = (object, context) => {
  const host = text(object.root, 'spec', 'host');
  const label = labelOf(object);
  const policies = [
    { policy: get(object.root, 'spec', 'trafficPolicy'), subject: label },
    ...items(object.root, 'spec', 'subsets').map((subset) => ({
      policy: get(subset, 'trafficPolicy'),
      subject: `subset ${text(subset, 'name') ?? ''} of ${label}`,
    })),
  ];
  const facts = policies.flatMap(({ policy, subject }) =>
    policy
      ? [...tlsOf(policy, subject), ...portsOf(policy, subject)].map((one) => upstream(object, host, one, context))
      : [],
  );
  return { facts, diagnostics: [] };
};

interface TlsBlock {
  readonly tls: YamlNode;
  readonly self: Span;
  readonly subject: string;
}

function tlsOf(policy: YamlNode, subject: string): readonly TlsBlock[] {
  const tls = get(policy, 'tls');
  const key = keyOf(policy, 'tls');
  return tls && key ? [{ tls, self: spanOfNode(key), subject }] : [];
}

const portsOf = (policy: YamlNode, subject: string): readonly TlsBlock[] =>
  items(policy, 'portLevelSettings').flatMap((settings) =>
    tlsOf(settings, `port ${text(settings, 'port', 'number') ?? ''} of ${subject}`),
  );

function upstream(
  object: KubernetesObject,
  host: string | undefined,
  { tls, self, subject }: TlsBlock,
  context: KindContext,
): Fact<Upstream> {
  const at = (name: string): Setting => field(object, tls, name);
  return buildFact<Upstream>(
    { technology: 'istio', subject, self },
    { kind: 'upstream', ...(host !== undefined && { target: host, exposure: reachOf(host) }) },
    fieldsOf(host, at, context, object.root.source.path),
  );
}

function fieldsOf(
  host: string | undefined,
  at: (name: string) => Setting,
  context: KindContext,
  path: string,
): Fields<Upstream> {
  const mode = at('mode');
  switch (mode.state === 'absent' ? 'absent' : textIn(mode)) {
    case 'absent':
      return { tls: plaintext(host, byDefault(false, 'Istio reads a tls block without a mode as DISABLE')) };
    case 'DISABLE':
      return { tls: plaintext(host, fieldFrom(mode, () => false) ?? unknown) };
    case 'SIMPLE':
    case 'MUTUAL':
      return { tls: fieldFrom(mode, () => true), ...originated(at, context, path) };
    case 'ISTIO_MUTUAL': {
      const verified = byDefault(true, 'with ISTIO_MUTUAL both sides show certificates of the mesh');
      return { tls: fieldFrom(mode, () => true), verify: composite({ chain: verified, hostname: verified }) };
    }
    default:
      return { tls: unknown };
  }
}

/**
 * DISABLE says that the sidecar adds no TLS. Between services of the cluster that leaves plain text; to other hosts, and
 * to the API server, programs speak TLS themselves.
 */
function plaintext(host: string | undefined, off: Field<boolean>): Field<boolean> {
  const isService = host !== undefined && (!host.includes('.') || /\.(svc|local)$/.test(host));
  return isService && !/^kubernetes(\.default|$)/.test(host) ? off : unknown;
}

/**
 * Without `caCertificates` the operating system's roots count since 1.21; before, nothing was verified (Istio 1.21
 * release notes, ENABLE verify certificate at client). The name is checked against `subjectAltNames`, or on its own
 * where neither those nor `sni` are given.
 */
function originated(at: (name: string) => Setting, context: KindContext, path: string): Fields<Upstream> {
  const skip = at('insecureSkipVerify');
  const skips = booleanIn(skip) === true ? fieldFrom(skip, () => false) : undefined;
  const ca = textField(at('caCertificates')) ?? textField(at('credentialName'));
  const chain = skip.state === 'unknown' ? unknown : (skips ?? (ca && knownTrue(ca)) ?? byVersion(context, path));
  const names = listField(at('subjectAltNames'));
  return {
    verify: composite({ chain, hostname: skips ?? hostnameOf(names, at('sni'), chain, byVersion(context, path)) }),
    ca,
    serverName: textField(at('sni')),
    clientCertificate: textField(at('clientCertificate')) ?? textField(at('credentialName')),
  };
}

const knownTrue = (field: Field<string>): Field<boolean> =>
  field.origin === 'written' ? written(true, field.span) : unknown;

function hostnameOf(
  names: Field<readonly string[]> | undefined,
  sni: Setting,
  chain: Field<boolean>,
  automatic: Field<boolean>,
): Field<boolean> {
  if (names) return names.origin === 'written' ? written(true, names.span) : unknown;
  if (sni.state === 'unknown' || chain.origin === 'unknown') return unknown;
  if (sni.state === 'absent') return automatic;
  return byDefault(
    false,
    'with sni and without subjectAltNames Istio checks the chain of the certificate, not its name',
  );
}

function byVersion({ versions }: KindContext, path: string): Field<boolean> {
  const { version, reason, guessed } = versions('istio', path);
  return byDefault(isSince({ version }, '1.21.0'), `the default of ${reason}`, guessed);
}
