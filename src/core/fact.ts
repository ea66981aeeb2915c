import type { Mesh, Route, Secret, Service, Workload } from './cluster-facts.ts';
import type { Related } from './finding.ts';
import type { Image } from './image-fact.ts';
import type { Span } from './source.ts';

/** What a cluster is made of, as far as TLS between its parts depends on it. */
export type { Mesh, Route, Secret, Service, Workload } from './cluster-facts.ts';
export type { Image } from './image-fact.ts';

/** JSON pointer into a fact's data without the leading slash: `protocols/1`, `earlyData/enabled`. */
export type Pointer = string;

export type ProtocolVersion = 'SSLv2' | 'SSLv3' | 'TLSv1.0' | 'TLSv1.1' | 'TLSv1.2' | 'TLSv1.3';

/** What stops a replayed early-data request from doing harm (RFC 8470 sections 3 to 5, RFC 8446 section 8). */
export type EarlyDataMitigation =
  | 'header-forwarded'
  | 'rejected-425'
  | 'waits-for-handshake'
  | 'safe-methods-only'
  | 'static-only'
  | 'anti-replay'
  | 'content-delivery-network';

/** Where a listener's certificate comes from. */
export interface CertificateReference {
  readonly from: 'file' | 'secret' | 'inline' | 'acme' | 'managed';
  /** A path, or `namespace/name` of a Secret; a name alone may be of any namespace. */
  readonly ref?: string;
  /**
   * Filled in by the link step. `issuance`: a request for a certificate writes it · `committed`: it stands in the repository ·
   * `provided`: an operator fills it from elsewhere (a sealed or external secret) · `missing`: nothing here makes it,
   * although everything else of its sort is here. Absent: nothing here makes it, and it may be made elsewhere.
   */
  readonly resolved?: 'issuance' | 'committed' | 'provided' | 'missing';
}

/** Accepts TLS, or should. */
export interface Listener {
  readonly kind: 'listener';
  /** What routes and policies call it: `Gateway shop/public#https`, `Ingress shop/web`. */
  readonly name?: string;
  readonly hosts?: readonly string[];
  readonly ports?: readonly number[];
  /** Whether connections are TLS. */
  readonly tls?: boolean;
  /** The versions in force. */
  readonly protocols?: readonly ProtocolVersion[];
  /** TLS 1.2 and older suites in force, OpenSSL or IANA names, in order of preference; empty where only 1.3 is on. */
  readonly ciphers?: readonly string[];
  /** TLS 1.3 suites in force. */
  readonly suites13?: readonly string[];
  readonly groups?: readonly string[];
  readonly preferServerCiphers?: boolean;
  /** `enabled` is false where it has no effect (no TLS 1.3). */
  readonly earlyData?: { readonly enabled: boolean; readonly mitigations: readonly EarlyDataMitigation[] };
  readonly clientAuth?: { readonly mode: 'none' | 'request' | 'optional' | 'required'; readonly ca?: string };
  readonly certificates?: readonly CertificateReference[];
  readonly sessionTickets?: boolean;
  readonly ocspStapling?: boolean;
  /** Zero means that no header is sent. */
  readonly hsts?: { readonly maxAgeSeconds: number; readonly includeSubDomains?: boolean };
  /** For a plaintext listener: every request is sent on to https, or serves nothing but ACME challenges. */
  readonly redirectsToHttps?: boolean;
  /** `internal`: loopback, unix socket, cluster-internal name. */
  readonly exposure?: 'external' | 'internal';
  /** What it serves, where the technology can tell; `data`: a database or a message broker. */
  readonly application?: 'http' | 'data' | 'other';
  /** Filled in by the link step: its hosts that its certificate does not name. */
  readonly uncoveredHosts?: readonly string[];
}

/** Opens TLS, or should, to a backend or an API. */
export interface Upstream {
  readonly kind: 'upstream';
  readonly target?: string;
  /** The Service that it connects to, and its port by number or name: `shop/api`, `shop/api:8443`, `shop/api:https`. */
  readonly service?: string;
  /** It is TLS between members of a mesh, with the mesh's own certificates. */
  readonly mesh?: boolean;
  /** Filled in by the link step: what the other side's mesh policy asks for. */
  readonly peer?: 'strict' | 'permissive' | 'disabled';
  /** Filled in by the link step: no certificate of its bundle (`ca`) issued the other side's certificate. */
  readonly foreignIssuer?: boolean;
  readonly tls?: boolean;
  /** `chain`: the certificate must chain to a trusted root. `hostname`: it must name the target. */
  readonly verify?: { readonly chain?: boolean; readonly hostname?: boolean };
  /** A path, or `ConfigMap shop/roots`, `Secret shop/ca`, `system`. */
  readonly ca?: string;
  readonly serverName?: string;
  readonly protocols?: readonly ProtocolVersion[];
  readonly ciphers?: readonly string[];
  readonly clientCertificate?: string;
  /** Who can stand in between: nobody (loopback, a unix socket), somebody inside the network, anybody on the way. */
  readonly exposure?: 'internal' | 'private' | 'external';
}

/** A program told how to verify: environment variables, flags, package managers. */
export interface Client {
  readonly kind: 'client';
  readonly program: string;
  /** `false`: verification is switched off. */
  readonly verify?: boolean;
  /** How it was told: `NODE_TLS_REJECT_UNAUTHORIZED=0`, `curl --insecure`. */
  readonly mechanism: string;
  /** It runs what it gets: a download piped into a shell. */
  readonly executes: boolean;
  /** What it connects to, when written beside it. */
  readonly target?: string;
  /** Who can stand in between, as for an upstream. Tests, probes and developers' machines are `internal`. */
  readonly exposure?: 'internal' | 'private' | 'external';
  /** `build`: while an image is built; `run`: in what is deployed. */
  readonly phase: 'build' | 'run';
}

/** One X.509 certificate, wherever it is embedded. Names are RFC 4514 strings, times ISO 8601 in UTC. */
export interface Certificate {
  readonly kind: 'certificate';
  readonly name: string;
  readonly issuer: string;
  /** Upper-case hex. */
  readonly serial: string;
  readonly notBefore: string;
  readonly notAfter: string;
  readonly key: { readonly algorithm: string; readonly bits?: number; readonly curve?: string };
  /** Signature algorithm: `sha256WithRSA`, `ecdsa-with-SHA384`, or a dotted object identifier. */
  readonly signature: string;
  readonly sans: readonly string[];
  readonly ca: boolean;
  readonly selfSigned: boolean;
  readonly eku: readonly string[];
  readonly role: 'leaf' | 'intermediate' | 'root';
  /** `server`: presented by a server, also a self-signed one marked CA:TRUE with host names or its key beside it. */
  readonly use: 'server' | 'client' | 'authority' | 'bundle' | 'other';
  readonly container: 'file' | 'secret' | 'config-map' | 'ca-bundle' | 'inline';
  /** SHA-256 of the DER, lower-case hex. */
  readonly hash: string;
  /** The path says that it exists for tests or as an example. */
  readonly fixture: boolean;
  /** What holds it in the cluster: `Secret shop/web`, `ConfigMap shop/roots`. */
  readonly holder?: string;
}

/** The certificates of one file or secret, in the order written. */
export interface Chain {
  readonly kind: 'chain';
  readonly leaf: string;
  readonly issuer: string;
  readonly length: number;
  /** Each certificate is signed by the one after it. */
  readonly ordered: boolean;
  /**
   * `complete`: ends at a root or at a certificate that a root signs · `gap`: provably not (an intermediate is
   * missing between two certificates, or the issuer is known to be an intermediate) · `lone-leaf`: one certificate
   * whose issuer cannot be told to be a root.
   */
  readonly completeness: 'complete' | 'gap' | 'lone-leaf';
  /** Whether the private key beside it belongs to the first certificate. */
  readonly keyMatches?: boolean;
  readonly fixture: boolean;
}

export interface PrivateKey {
  readonly kind: 'privateKey';
  readonly algorithm?: string;
  readonly bits?: number;
  readonly encrypted: boolean;
  readonly container: 'file' | 'secret' | 'config-map' | 'inline';
  /** SHA-256 of the public key's SubjectPublicKeyInfo, lower-case hex, when the key can be read. */
  readonly publicKeyHash?: string;
  readonly fixture: boolean;
}

/** An automated certificate request. Durations in seconds. */
export interface Issuance {
  readonly kind: 'issuance';
  /** `Issuer shop/ca`, `ClusterIssuer letsencrypt`; for an issuer itself, its own name. */
  readonly issuer?: string;
  readonly issuerType?: 'acme' | 'ca' | 'self-signed' | 'vault' | 'venafi' | 'external';
  /** It comes from a test authority whose root no client trusts. */
  readonly staging?: boolean;
  readonly secret?: string;
  readonly hosts?: readonly string[];
  readonly durationSeconds?: number;
  readonly renewBeforeSeconds?: number;
  readonly key?: { readonly algorithm: string; readonly bits?: number };
  readonly rotation?: 'always' | 'never';
  /** `false`: nothing renews the certificate. */
  readonly renews?: boolean;
  /** The certificate is an authority's. */
  readonly ca?: boolean;
  /** For an issuer: the Secret that holds its key and certificate. */
  readonly authoritySecret?: string;
  /** Filled in by the link step: nothing here makes the issuer, although it makes those of the other requests. */
  readonly issuerMissing?: boolean;
  /** Filled in by the link step: other requests that write the same Secret. */
  readonly rivals?: readonly string[];
}

/** An alarm on certificate expiry. */
export interface Alert {
  readonly kind: 'alert';
  readonly metric: string;
  readonly thresholdSeconds?: number;
  /** Filled in by the link step: it fires before certificates that this repository asks for are due to be renewed. */
  readonly beforeRenewal?: boolean;
}

/** Roots given to a verifier: webhook, APIService, BackendTLSPolicy. */
export interface Trust {
  readonly kind: 'trust';
  readonly source: string;
  readonly verify: boolean;
  readonly certificates?: number;
}

/** What exists anywhere in the repository: one per run, made by the link step, for rules about absence. */
export interface RepositoryFacts {
  readonly kind: 'repository';
  readonly issuesCertificates: boolean;
  readonly commitsCertificates: boolean;
  readonly alertsOnExpiry: boolean;
}

/** A suppression comment and what became of it: made by the judge step. */
export interface SuppressionComment {
  readonly kind: 'suppression';
  readonly rule: string;
  readonly state: 'used' | 'unused' | 'expired' | 'without-reason' | 'unknown-rule' | 'malformed';
  readonly until?: string;
}

export type FactData =
  | Listener
  | Upstream
  | Client
  | Image
  | Certificate
  | Chain
  | PrivateKey
  | Issuance
  | Mesh
  | Alert
  | Trust
  | Secret
  | Workload
  | Service
  | Route
  | RepositoryFacts
  | SuppressionComment;

export type FactKind = FactData['kind'];

/**
 * What a file says about TLS, in words that every technology shares, and where each part was written.
 *
 * `data` holds the values in force. A value that a file wrote has its place in `spans`; one that nobody wrote is the
 * product's default and is named in `defaults`; one that cannot be known is absent from `data` and named in `unknown`.
 * No pointer is both in `spans` and in `defaults`; nothing unknown is in `data`.
 */
export interface Fact<D extends FactData = FactData> {
  readonly data: D;
  /** `nginx`, `istio`, `dockerfile`. */
  readonly technology: string;
  /** What a person would call it: `server api.example.com`. */
  readonly subject: string;
  /** The build that it is part of, where files are put together in several ways: `overlays/prod`. */
  readonly build?: string;
  /** The head token of the construct: where a missing line is explained. */
  readonly self: Span;
  readonly spans: Readonly<Record<Pointer, Span>>;
  readonly defaults: Readonly<Record<Pointer, DefaultReason>>;
  readonly unknown: readonly Pointer[];
  readonly related: readonly Related[];
}

/** Why a value holds that nobody wrote; `guessed` when the product's version was assumed, not found. */
export interface DefaultReason {
  readonly reason: string;
  readonly guessed?: true;
}

/** The place of `pointer`: the longest written prefix of it, else the construct's head. */
export function spanAt(fact: Fact, pointer: Pointer): Span {
  for (let prefix = pointer; prefix !== ''; prefix = prefix.slice(0, Math.max(prefix.lastIndexOf('/'), 0))) {
    const span = fact.spans[prefix];
    if (span) return span;
  }
  return fact.self;
}

/** Why the value at `pointer` holds although nobody wrote it; `undefined` for a written one. Looks at prefixes too. */
export function defaultAt(fact: Fact, pointer: Pointer): DefaultReason | undefined {
  for (let prefix = pointer; prefix !== ''; prefix = prefix.slice(0, Math.max(prefix.lastIndexOf('/'), 0))) {
    if (fact.spans[prefix]) return undefined;
    const reason = fact.defaults[prefix];
    if (reason) return reason;
  }
  return undefined;
}
