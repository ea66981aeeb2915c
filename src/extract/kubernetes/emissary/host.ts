import { data as acmeServers } from '../../../../data/acme-servers.yaml';
import type { CertificateReference, Fact, Issuance, Listener } from '../../../core/fact.ts';
import { buildFact, byDefault, type Field, type Fields, unknown, written } from '../../../core/fact-builder.ts';
import { get, keyOf, scalar, spanOfNode, text } from '../../../formats/yaml-tree.ts';
import { exposureOf } from '../host-names.ts';
import type { KindContext, KindExtractor } from '../kind.ts';
import { headOf, type KubernetesObject, labelOf, qualified } from '../objects.ts';
import { listOf, settingAt, textIn } from '../settings.ts';
import { contextNamed, namedContext, redirectFrom, specOf } from './tls-context.ts';
import { defaultProtocols, listenerFields } from './tls-settings.ts';

/**
 * A Host: a `listener` for TLS where it has a certificate, one for plain HTTP, which Emissary sends on to https unless
 * told otherwise, and an `issuance` where Edge Stack gets the certificate. Source: emissary-ingress/emissary v4.1.0,
 * pkg/api/getambassador.io/v3alpha1/crd_host.go; python/ambassador, ir/irhost.py.
 */
export const host: KindExtractor = (object, context) => {
  const hosts = hostsOf(object);
  const certificates = certificatesOf(object);
  const inline = get(object.root, 'spec', 'tls');
  const facts: readonly Fact[] = [
    ...(certificates ? [listener(object, hosts, { ...securedFields(object, context), certificates })] : []),
    ...plain(object, hosts, certificates !== undefined),
    ...(inline ? redirectFrom(object, inline, hosts) : []),
    ...issuance(object, hosts),
  ];
  return { facts, diagnostics: [] };
};

/** `*`, and no hostname at all, is every host. */
export function hostsOf(object: KubernetesObject): Field<readonly string[]> | undefined {
  const setting = settingAt(object, object.root, 'spec', 'hostname');
  if (setting.state === 'absent' || textIn(setting) === '*') return undefined;
  return setting.state === 'written' && setting.node.kind === 'scalar'
    ? listOf([setting.node], spanOfNode(setting.node))
    : unknown;
}

/** A Secret that the Host names, or the one that Edge Stack fills by ACME. */
function certificatesOf(object: KubernetesObject): Field<readonly CertificateReference[]> | undefined {
  const secret = scalar(object.root, 'spec', 'tlsSecret', 'name');
  if (secret) {
    const namespace = text(object.root, 'spec', 'tlsSecret', 'namespace') ?? object.namespace;
    return written([{ from: 'secret', ref: qualified(namespace, secret.value) }], spanOfNode(secret));
  }
  const authority = authorityOf(object);
  return authority && written([{ from: 'acme' }], spanOfNode(authority));
}

/** The ACME server; `none` switches ACME off. */
function authorityOf({ root }: KubernetesObject) {
  const authority = scalar(root, 'spec', 'acmeProvider', 'authority');
  return authority && authority.value !== 'none' && authority.value !== '' ? authority : undefined;
}

/** The Host's own settings, or those of the TLSContext that it names, or of the one that is called after it. */
function securedFields(object: KubernetesObject, context: KindContext): Fields<Listener> {
  const spec = get(object.root, 'spec');
  const key = keyOf(spec, 'tlsSecret') ?? keyOf(spec, 'acmeProvider');
  const evidence = context.versions('emissary', object.root.source.path);
  const tls = written(true, key ? spanOfNode(key) : headOf(object));
  const inline = settingAt(object, object.root, 'spec', 'tls');
  if (inline.state === 'written') return { tls, ...listenerFields(object, inline.node, evidence) };
  const name = namedContext(object);
  const chosen = contextNamed(name ?? `${object.name}-context`, object, context);
  const chosenSpec = chosen && specOf(chosen);
  if (chosen && chosenSpec) return { tls, ...listenerFields(chosen, chosenSpec, evidence) };
  return name !== undefined || inline.state === 'unknown' || object.fragment
    ? { tls, protocols: unknown, ciphers: unknown, clientAuth: unknown }
    : {
        tls,
        protocols: defaultProtocols(evidence),
        clientAuth: byDefault({ mode: 'none' }, 'Emissary asks for client certificates only with ca_secret'),
      };
}

/** `Redirect` unless it says `Route`; with `Reject` plain HTTP is not answered. Without TLS something in front may end it. */
function plain(
  object: KubernetesObject,
  hosts: Field<readonly string[]> | undefined,
  secured: boolean,
): readonly Fact<Listener>[] {
  const action = settingAt(object, object.root, 'spec', 'requestPolicy', 'insecure', 'action');
  const name = textIn(action);
  if (name === 'Reject' || action.state === 'unknown') return [];
  const span = action.state === 'written' ? spanOfNode(action.node) : headOf(object);
  const redirect =
    action.state === 'written'
      ? written(name === 'Redirect', span)
      : byDefault(true, 'Emissary sends plain HTTP on to https unless requestPolicy.insecure.action says otherwise');
  return [
    listener(object, hosts, {
      tls: written(false, span),
      redirectsToHttps: secured ? redirect : name === 'Redirect' ? redirect : unknown,
    }),
  ];
}

function listener(
  object: KubernetesObject,
  hosts: Field<readonly string[]> | undefined,
  fields: Fields<Listener>,
): Fact<Listener> {
  const self = fields.tls?.origin === 'written' ? fields.tls.span : headOf(object);
  return buildFact<Listener>(
    { technology: 'emissary', subject: labelOf(object), self },
    { kind: 'listener', application: 'http', ...(object.name !== undefined && { name: labelOf(object) }) },
    { hosts, exposure: exposureOf(hosts, [object.name, object.namespace], headOf(object)), ...fields },
  );
}

function issuance(object: KubernetesObject, hosts: Field<readonly string[]> | undefined): readonly Fact<Issuance>[] {
  const authority = authorityOf(object);
  if (!authority) return [];
  const span = spanOfNode(authority);
  const server = /^https?:\/\/([^/:?#]+)/i.exec(authority.value)?.[1]?.toLowerCase();
  const secret = scalar(object.root, 'spec', 'tlsSecret', 'name');
  return [
    buildFact<Issuance>(
      { technology: 'emissary', subject: labelOf(object), self: span },
      { kind: 'issuance', issuerType: 'acme' },
      {
        issuer: written(`ACME server ${authority.value}`, span),
        staging:
          server === undefined
            ? unknown
            : written(
                acmeServers.some((known) => known.host === server),
                span,
              ),
        hosts,
        secret: secret && written(qualified(object.namespace, secret.value), spanOfNode(secret)),
      },
    ),
  ];
}
