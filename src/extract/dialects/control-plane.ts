import type { CertificateReference, Fact, Listener } from '../../core/fact.ts';
import { buildFact, byDefault, type Field, unknown, written } from '../../core/fact-builder.ts';
import { spanOfWord, type Word } from '../../formats/word.ts';
import { type ComponentPlace, type Flags, hasAny, spanOfFlag } from './component-flags.ts';
import { apiServerFacts } from './control-plane-api-server.ts';
import { etcdFacts } from './control-plane-etcd.ts';
import { suiteListField } from './openssl-fields.ts';
import { certificateFileField, flagOf, protocolRangeField } from './setting-fields.ts';
import { filled } from './yaml-words.ts';

/** Programs whose TLS is on whatever their flags say, and the ports that they serve on. */
const servers: Readonly<Record<string, number>> = {
  'kube-apiserver': 6443,
  'kube-controller-manager': 10257,
  'kube-scheduler': 10259,
  kubelet: 10250,
};

/** The component that a program, or the last part of an image's name, is. */
export const componentNamed = (program: string): string | undefined =>
  Object.keys(servers).find((name) => program === name) ?? (program === 'etcd' ? 'etcd' : undefined);

/** Flags by which any program says how it serves TLS: aggregated servers, webhooks, proxies. */
export const servingFlags = ['tls-min-version', 'tls-cipher-suites', 'tls-cipher-suite'] as const;

/**
 * What the flags of a component say. Source: Kubernetes, component-base/cli/flag/ciphersuites_flag.go (TLS 1.2 is the
 * oldest version unless a flag says otherwise), apiserver/pkg/server/options/serving.go,
 * kubeapiserver/options; component-base v0.36.3.
 */
export function componentFacts(program: string, flags: Flags, place: ComponentPlace): readonly Fact[] {
  if (program === 'etcd') return etcdFacts(flags, place);
  const known = program in servers;
  const serves = known ? !flags.open || hasAny(flags, servingFlags) : hasAny(flags, servingFlags);
  return [
    ...(serves ? [servingListener(program, flags, place)] : []),
    ...(program === 'kube-apiserver' ? apiServerFacts(flags, place) : []),
    ...(program === 'kubelet' ? readOnlyListener(flags, place) : []),
    ...(known ? [] : metricsListener(flags, place)),
  ];
}

function servingListener(program: string, flags: Flags, place: ComponentPlace): Fact<Listener> {
  const port = servers[program];
  const suites = [...flags.list('tls-cipher-suites'), ...flags.list('tls-cipher-suite')];
  const oldest = flags.get('tls-min-version');
  const evidence = { reason: `Go and ${program}`, guessed: false };
  const protocols = protocolRangeField(
    oldest,
    undefined,
    port === undefined || flags.open
      ? { oldest: undefined, newest: 'TLSv1.3', evidence }
      : { oldest: 'TLSv1.2', newest: 'TLSv1.3', evidence },
  );
  return buildFact<Listener>(
    { technology: place.technology, subject: place.subject, self: spanOfFlag(flags, servingFlags) },
    { kind: 'listener' },
    {
      tls: tlsOf(flags, program),
      ports: portsOf(flags.get('secure-port') ?? (program === 'kubelet' ? flags.get('port') : undefined), port),
      protocols,
      ciphers:
        suites.length > 0 ? suiteListField(suites, spanOfFlag(flags, servingFlags.slice(1)), protocols) : undefined,
      clientAuth: clientAuthOf(flags),
      certificates: certificatesOf(flags),
    },
  );
}

/** `--secure-port=0` switches serving off; a suite or a version is only given for TLS. */
function tlsOf(flags: Flags, program: string): Field<boolean> {
  const port = flags.get('secure-port');
  if (port?.text === '0') return written(false, spanOfWord(port));
  return byDefault(true, `${program} serves TLS, with a certificate of its own making where none is given`);
}

function portsOf(port: Word | undefined, standard: number | undefined): Field<readonly number[]> {
  if (!port) return standard === undefined ? unknown : byDefault([standard], 'the port of this component');
  return /^\d+$/.test(port.text) ? written([Number(port.text)], spanOfWord(port)) : unknown;
}

/** A client may show a certificate; requests without one are let in or not by what authorizes them. */
function clientAuthOf(flags: Flags): Field<NonNullable<Listener['clientAuth']>> | undefined {
  const ca = filled(flags.get('client-ca-file'));
  if (!ca) return undefined;
  return ca.unknown ? unknown : written({ mode: 'optional', ca: ca.text }, spanOfWord(ca));
}

/** A kubelet with `serverTLSBootstrap` gets a certificate from the cluster (Kubernetes documentation, TLS bootstrapping). */
function certificatesOf(flags: Flags): Field<readonly CertificateReference[]> | undefined {
  const file = certificateFileField(filled(flags.get('tls-cert-file')));
  const bootstrap = flags.get('server-tls-bootstrap') ?? flags.get('rotate-server-certificates');
  if (file || !bootstrap || !flagOf(bootstrap)) return file;
  return written([{ from: 'managed' }], spanOfWord(bootstrap));
}

/** Metrics and pod lists for anybody: `readOnlyPort`, off unless a number is given. */
function readOnlyListener(flags: Flags, place: ComponentPlace): readonly Fact<Listener>[] {
  const port = flags.get('read-only-port');
  if (!port || !/^[1-9]\d*$/.test(port.text)) return [];
  return [
    buildFact<Listener>(
      { technology: place.technology, subject: `read-only port of ${place.subject}`, self: spanOfWord(port) },
      { kind: 'listener', application: 'http' },
      {
        tls: written(false, spanOfWord(port)),
        ports: written([Number(port.text)], spanOfWord(port)),
        redirectsToHttps: byDefault(false, 'the kubelet answers on this port'),
        exposure: unknown,
      },
    ),
  ];
}

/** Managers built with controller-runtime serve metrics in the clear with `--metrics-secure=false`. */
function metricsListener(flags: Flags, place: ComponentPlace): readonly Fact<Listener>[] {
  const secure = flags.get('metrics-secure');
  if (!secure || flagOf(secure) !== false) return [];
  const port = /:(\d+)$/.exec(flags.get('metrics-bind-address')?.text ?? '')?.[1];
  return [
    buildFact<Listener>(
      { technology: place.technology, subject: `metrics of ${place.subject}`, self: spanOfWord(secure) },
      { kind: 'listener', application: 'http' },
      {
        tls: written(false, spanOfWord(secure)),
        ports: port === undefined ? unknown : written([Number(port)], spanOfWord(secure)),
        exposure: unknown,
      },
    ),
  ];
}
