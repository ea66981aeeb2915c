import { data as acmeServers } from '../../../../data/acme-servers.yaml';
import type { Fact, Issuance, Upstream } from '../../../core/fact.ts';
import {
  buildFact,
  byDefault,
  composite,
  type Field,
  type Fields,
  unknown,
  written,
} from '../../../core/fact-builder.ts';
import type { VersionEvidence } from '../../../core/technology.ts';
import {
  entries,
  items,
  keyOf,
  scalar,
  spanOfNode,
  text,
  type YamlNode,
  type YamlScalar,
} from '../../../formats/yaml-tree.ts';
import { isSince } from '../../versions.ts';
import type { KindExtractor } from '../kind.ts';
import { headOf, type KubernetesObject, labelOf, qualified } from '../objects.ts';
import {
  annotation,
  booleanIn,
  fieldFrom,
  goDurationSeconds,
  listField,
  type Setting,
  settingAt,
  spanIn,
  textIn,
} from '../settings.ts';

/** Where a request for a certificate says what it wants: fields of a Certificate, or annotations. */
interface RequestSettings {
  readonly duration: Setting;
  readonly renewBefore: Setting;
  readonly algorithm: Setting;
  readonly size: Setting;
  readonly rotation: Setting;
}

/**
 * A Certificate: one `issuance`. Source: cert-manager 1.21, reference/api-docs, CertificateSpec;
 * pkg/apis/certmanager/v1/const.go for the defaults.
 */
export const certificate: KindExtractor = (object, { versions }) => {
  const at = (...path: readonly string[]): Setting => settingAt(object, object.root, 'spec', ...path);
  const name = scalar(object.root, 'spec', 'issuerRef', 'name');
  const kind = text(object.root, 'spec', 'issuerRef', 'kind') ?? 'Issuer';
  const settings = {
    duration: at('duration'),
    renewBefore: at('renewBefore'),
    algorithm: at('privateKey', 'algorithm'),
    size: at('privateKey', 'size'),
    rotation: at('privateKey', 'rotationPolicy'),
  };
  const version = versions('cert-manager', object.root.source.path);
  const fact = buildFact<Issuance>(
    { technology: 'cert-manager', subject: labelOf(object), self: headOf(object) },
    { kind: 'issuance' },
    {
      ...issuerFields(object, name, kind, text(object.root, 'spec', 'issuerRef', 'group')),
      ...requestFields(settings, version),
      secret: secretField(object, at('secretName')),
      hosts: listField(at('dnsNames')) ?? hostOf(at('commonName')),
    },
  );
  return { facts: [fact], diagnostics: [] };
};

const hostOf = (name: Setting): Field<readonly string[]> | undefined => fieldFrom(name, (host) => [host]);

/**
 * An Ingress or Gateway that asks cert-manager for its certificates by annotations: one `issuance` for each entry of
 * `spec.tls` that names a Secret and hosts. Without either cert-manager asks for nothing
 * (pkg/controller/certificate-shim/sync.go; pkg/apis/certmanager/v1/types.go for the annotations).
 */
export const certificateAnnotations: KindExtractor = (object, { versions }) => {
  const at = (name: string): Setting => annotation(object, `cert-manager.io/${name}`);
  const issuer = (['cluster-issuer', 'issuer'] as const)
    .map((key) => ({ key, setting: at(key) }))
    .find(({ setting }) => setting.state === 'written');
  const acme = booleanIn(annotation(object, 'kubernetes.io/tls-acme')) === true;
  if (!issuer && !acme) return { facts: [], diagnostics: [] };
  const settings = {
    duration: at('duration'),
    renewBefore: at('renew-before'),
    algorithm: at('private-key-algorithm'),
    size: at('private-key-size'),
    rotation: at('private-key-rotation-policy'),
  };
  const version = versions('cert-manager', object.root.source.path);
  const kind = textIn(at('issuer-kind')) ?? (issuer?.key === 'cluster-issuer' ? 'ClusterIssuer' : 'Issuer');
  const name = issuer && scalar(object.root, 'metadata', 'annotations', `cert-manager.io/${issuer.key}`);
  const facts = items(object.root, 'spec', 'tls').flatMap((entry): readonly Fact<Issuance>[] => {
    const secret = settingAt(object, entry, 'secretName');
    const hosts = listField(settingAt(object, entry, 'hosts'));
    if (secret.state === 'absent' || hosts === undefined) return [];
    return [
      buildFact<Issuance>(
        {
          technology: 'cert-manager',
          subject: labelOf(object),
          self: spanIn(issuer?.setting ?? secret) ?? headOf(object),
        },
        { kind: 'issuance' },
        {
          ...issuerFields(object, name, kind, textIn(at('issuer-group'))),
          ...requestFields(settings, version),
          secret: secretField(object, secret),
          hosts,
        },
      ),
    ];
  });
  return { facts, diagnostics: [] };
};

/** `Issuer shop/ca`, `ClusterIssuer letsencrypt`: what the issuer's own fact is called. */
function issuerFields(
  object: KubernetesObject,
  name: YamlScalar | undefined,
  kind: string,
  group: string | undefined,
): Fields<Issuance> {
  if (!name || name.value === '') return { issuer: unknown };
  const issuer = kind === 'Issuer' ? `${kind} ${qualified(object.namespace, name.value)}` : `${kind} ${name.value}`;
  const external = group !== undefined && group !== 'cert-manager.io';
  return {
    issuer: written(issuer, spanOfNode(name)),
    issuerType: external ? written('external', spanOfNode(name)) : unknown,
  };
}

const ninetyDays = 90 * 24 * 3600;

function requestFields(settings: RequestSettings, version: VersionEvidence): Fields<Issuance> {
  return {
    durationSeconds:
      fieldFrom(settings.duration, goDurationSeconds) ??
      byDefault(ninetyDays, 'cert-manager asks for 90 days unless told otherwise'),
    renewBeforeSeconds: fieldFrom(settings.renewBefore, goDurationSeconds),
    key: keyField(settings),
    rotation: rotationField(settings.rotation, version),
  };
}

/** RSA of 2048 bits, or ECDSA of 256, where nothing is said. */
function keyField({ algorithm, size }: RequestSettings): Field<NonNullable<Issuance['key']>> {
  const reason = 'cert-manager makes RSA keys of 2048 bits, and ECDSA keys of 256, unless told otherwise';
  const kind = textIn(algorithm) ?? (algorithm.state === 'absent' ? 'RSA' : undefined);
  const bits = fieldFrom(size, (value) => (/^\d+$/.test(value) ? Number(value) : undefined));
  return composite({
    algorithm: fieldFrom(algorithm, (value) => value) ?? byDefault('RSA', reason),
    bits:
      kind === 'Ed25519'
        ? undefined
        : (bits ?? (kind === undefined ? unknown : byDefault(kind === 'ECDSA' ? 256 : 2048, reason))),
  });
}

/** A new key with each certificate since 1.18 (cert-manager release notes 1.18, "Default of rotationPolicy"). */
function rotationField(setting: Setting, { version, reason, guessed }: VersionEvidence): Field<'always' | 'never'> {
  const own = fieldFrom(setting, (value) => (value === 'Always' ? 'always' : value === 'Never' ? 'never' : undefined));
  if (own) return own;
  return byDefault(isSince({ version }, '1.18.0') ? 'always' : 'never', `the default of ${reason}`, guessed);
}

const secretField = ({ namespace }: KubernetesObject, setting: Setting): Field<string> | undefined =>
  fieldFrom(setting, (name) => (name === '' ? undefined : qualified(namespace, name)));

const issuerTypes = { acme: 'acme', ca: 'ca', selfSigned: 'self-signed', vault: 'vault', venafi: 'venafi' } as const;

/**
 * An Issuer or ClusterIssuer: one `issuance` that stands for what it issues, without `hosts`; requests name it by its
 * subject. Its connections to the authority are upstreams. Source: cert-manager 1.21, IssuerConfig, ACMEIssuer.
 */
export const issuer: KindExtractor = (object) => {
  const type = entries(object.root, 'spec').find(({ key }) => key.value in issuerTypes)?.key;
  const name = issuerTypes[(type?.value ?? '') as keyof typeof issuerTypes];
  const server = settingAt(object, object.root, 'spec', 'acme', 'server');
  const label = labelOf(object);
  const fact = buildFact<Issuance>(
    { technology: 'cert-manager', subject: label, self: headOf(object) },
    { kind: 'issuance' },
    {
      issuer: object.name === undefined ? unknown : written(label, headOf(object)),
      issuerType: type ? written(name, spanOfNode(type)) : unknown,
      ...(name === 'acme' && { staging: fieldFrom(server, isStaging) ?? unknown }),
    },
  );
  return { facts: [fact, ...authorityUpstreams(object, label)], diagnostics: [] };
};

function isStaging(server: string): boolean | undefined {
  const host = hostOfUrl(server);
  return host === undefined ? undefined : acmeServers.some((known) => known.host === host);
}

const hostOfUrl = (url: string): string | undefined => /^https?:\/\/([^/:?#]+)/i.exec(url.trim())?.[1]?.toLowerCase();

/** Vault and Venafi have no switch to skip verification, but may be spoken to in clear text; ACME has one. */
function authorityUpstreams(object: KubernetesObject, label: string): readonly Fact<Upstream>[] {
  const skip = settingAt(object, object.root, 'spec', 'acme', 'skipTLSVerify');
  const server = text(object.root, 'spec', 'acme', 'server');
  const upstream = (key: YamlNode, target: string | undefined, fields: Fields<Upstream>): Fact<Upstream> =>
    buildFact<Upstream>(
      { technology: 'cert-manager', subject: label, self: spanOfNode(key) },
      { kind: 'upstream', ...(target !== undefined && { target }) },
      fields,
    );
  const acme = keyOf(acmeOf(object), 'skipTLSVerify');
  const skips = booleanIn(skip) === true ? fieldFrom(skip, () => false) : undefined;
  const servers = [scalar(object.root, 'spec', 'vault', 'server'), scalar(object.root, 'spec', 'venafi', 'tpp', 'url')];
  return [
    ...(acme && skips
      ? [
          upstream(acme, server && hostOfUrl(server), {
            tls: written(true, spanOfNode(acme)),
            verify: composite({ chain: skips, hostname: skips }),
          }),
        ]
      : []),
    ...servers.flatMap((url) =>
      url && /^https?:\/\//i.test(url.value)
        ? [upstream(url, hostOfUrl(url.value), { tls: written(/^https:/i.test(url.value), spanOfNode(url)) })]
        : [],
    ),
  ];
}

const acmeOf = ({ root }: KubernetesObject): YamlNode | undefined =>
  entries(root, 'spec').find(({ key }) => key.value === 'acme')?.value;
