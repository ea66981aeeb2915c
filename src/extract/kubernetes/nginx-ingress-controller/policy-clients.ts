import type { Fact, Upstream } from '../../../core/fact.ts';
import { buildFact, byDefault, composite, type Field, written } from '../../../core/fact-builder.ts';
import { get, items, keyOf, scalar, spanOfNode, type YamlNode, type YamlScalar } from '../../../formats/yaml-tree.ts';
import { reachOf } from '../../../tls/reach.ts';
import type { KindExtractor } from '../kind.ts';
import { type KubernetesObject, labelOf, qualified } from '../objects.ts';
import { booleanField, booleanIn, fieldFrom, settingAt } from '../settings.ts';
import { technology } from './controller.ts';

/**
 * What a Policy connects to by itself: keys of JSON Web Tokens (`jwt.jwksURI`), an identity provider (`oidc`), a service
 * that authenticates (`externalAuth`), bundles of a firewall (`waf`). Certificates are verified only with `sslVerify`; those
 * of bundles unless `insecureSkipVerify` says otherwise. What a Policy makes of a server counts where it is attached.
 * Source: nginx/kubernetes-ingress, pkg/apis/configuration/v1/types.go and internal/configs/policy.go of 5.5.4.
 */
export const policyClients: KindExtractor = (object) => {
  const spec = get(object.root, 'spec');
  const jwt = get(spec, 'jwt');
  const oidc = get(spec, 'oidc');
  const external = get(spec, 'externalAuth');
  return {
    facts: [
      ...verifying(object, jwt, scalar(jwt, 'jwksURI'), 'the keys of its tokens'),
      ...verifying(object, oidc, scalar(oidc, 'tokenEndpoint'), 'its identity provider'),
      ...authentication(object, external),
      ...bundles(object, get(spec, 'waf')),
    ],
    diagnostics: [],
  };
};

function verifying(
  object: KubernetesObject,
  section: YamlNode | undefined,
  address: YamlScalar | undefined,
  what: string,
): readonly Fact<Upstream>[] {
  const [, authority = ''] = /^https:\/\/([^/?#]+)/i.exec(address?.value ?? '') ?? [];
  if (!section || !address || authority.includes('$') || authority === '') return [];
  return [
    upstream(object, section, what, {
      tls: written(true, spanOfNode(address)),
      target: written(authority, spanOfNode(address)),
      exposure: reachOf(authority),
    }),
  ];
}

function authentication(object: KubernetesObject, section: YamlNode | undefined): readonly Fact<Upstream>[] {
  const service = scalar(section, 'authServiceName');
  const enabled = section && settingAt(object, section, 'sslEnabled');
  const tls = enabled && booleanField(enabled);
  if (!section || !service || !tls || !enabled || booleanIn(enabled) !== true) return [];
  const [port] = items(section, 'authServicePorts');
  const number = port?.kind === 'scalar' ? `:${port.value}` : '';
  return [
    upstream(object, section, 'its authentication service', {
      tls,
      target: written(service.value, spanOfNode(service)),
      exposure: 'private',
      service: `${qualified(object.namespace, service.value)}${number}`,
    }),
  ];
}

interface Target {
  readonly tls: Field<boolean>;
  readonly target: Field<string>;
  readonly exposure: NonNullable<Upstream['exposure']>;
  readonly service?: string;
}

function upstream(object: KubernetesObject, section: YamlNode, what: string, to: Target): Fact<Upstream> {
  const verify =
    booleanField(settingAt(object, section, 'sslVerify')) ??
    byDefault(false, "F5's controller verifies what a Policy connects to only with sslVerify: true");
  const { tls, target, exposure, service } = to;
  const fallback = target.origin === 'written' ? target.span : spanOfNode(section);
  const key = keyOf(section, 'sslVerify');
  return buildFact<Upstream>(
    { technology, subject: `${labelOf(object)} to ${what}`, self: key ? spanOfNode(key) : fallback },
    { kind: 'upstream', exposure, ...(service !== undefined && { service }) },
    {
      tls,
      target,
      verify: composite<NonNullable<Upstream['verify']>>({ chain: verify, hostname: verify }),
      ca: fieldFrom(
        settingAt(object, section, 'trustedCertSecret'),
        (name) => `Secret ${qualified(object.namespace, name)}`,
      ),
    },
  );
}

/** `apBundleSource`, `apLogBundleSource`: only a switch that is written is a fact. */
function bundles(object: KubernetesObject, waf: YamlNode | undefined): readonly Fact<Upstream>[] {
  const sources = [
    get(waf, 'apBundleSource'),
    get(waf, 'securityLog', 'apLogBundleSource'),
    ...items(waf, 'securityLogs').map((log) => get(log, 'apLogBundleSource')),
  ];
  return sources.flatMap((source) => {
    const skip = scalar(source, 'insecureSkipVerify');
    if (!source || !skip || !/^(true|false)$/.test(skip.value)) return [];
    const checked = written(skip.value === 'false', spanOfNode(skip));
    return [
      buildFact<Upstream>(
        { technology, subject: `${labelOf(object)} to the source of its bundle`, self: spanOfNode(skip) },
        { kind: 'upstream', tls: true, exposure: 'external' },
        { verify: composite<NonNullable<Upstream['verify']>>({ chain: checked, hostname: checked }) },
      ),
    ];
  });
}
