import type { Fact, Listener, Upstream } from '../../core/fact.ts';
import { buildFact, byDefault, composite, type Field, unknown, written } from '../../core/fact-builder.ts';
import { spanOfWord } from '../../formats/word.ts';
import type { ComponentPlace, Flags } from './component-flags.ts';
import { hostOf, reachField, textField } from './setting-fields.ts';
import { filled } from './yaml-words.ts';

/** What the API server connects to, and the port without TLS that old releases have. */
export function apiServerFacts(flags: Flags, place: ComponentPlace): readonly Fact[] {
  return [...insecureListener(flags, place), ...kubeletUpstream(flags, place), ...etcdUpstream(flags, place)];
}

/**
 * Plain HTTP without authentication: on `--insecure-port` until 1.19; 1.20 to 1.23 take nothing but 0, and 1.24 knows
 * no such flag (Kubernetes 1.20 and 1.24 changelogs).
 */
function insecureListener(flags: Flags, place: ComponentPlace): readonly Fact<Listener>[] {
  const port = flags.get('insecure-port');
  const address = flags.get('insecure-bind-address');
  const [major = 1, minor = 99] = (place.kubernetes ?? '').split('.').map(Number);
  if (!port || !/^[1-9]\d*$/.test(port.text) || major > 1 || !(minor < 20)) return [];
  const everywhere = address !== undefined && !/^(?:127\.|::1|localhost)/.test(address.text);
  return [
    buildFact<Listener>(
      { technology: place.technology, subject: `plain port of ${place.subject}`, self: spanOfWord(port) },
      { kind: 'listener', application: 'http' },
      {
        tls: written(false, spanOfWord(port)),
        ports: written([Number(port.text)], spanOfWord(port)),
        redirectsToHttps: byDefault(false, 'kube-apiserver answers on this port'),
        exposure: address?.unknown
          ? unknown
          : everywhere && address
            ? written<'external'>('external', spanOfWord(address))
            : byDefault<'internal'>('internal', 'the port without TLS is on 127.0.0.1 unless told otherwise'),
      },
    ),
  ];
}

/**
 * The API server reads logs and runs commands through the kubelets, and checks their certificates against
 * `--kubelet-certificate-authority` only. Nearly every cluster leaves it out, for kubelets sign their certificates
 * themselves: who is in between is left open, so that it stays a fact and no finding.
 */
function kubeletUpstream(flags: Flags, place: ComponentPlace): readonly Fact<Upstream>[] {
  const ca = filled(flags.get('kubelet-certificate-authority'));
  if (!ca && flags.open) return [];
  const chain: Field<boolean> = ca?.unknown
    ? unknown
    : ca
      ? written(true, spanOfWord(ca))
      : byDefault(false, 'kube-apiserver verifies kubelets only with --kubelet-certificate-authority');
  return [
    buildFact<Upstream>(
      {
        technology: place.technology,
        subject: `kubelets, as ${place.subject} reaches them`,
        self: ca ? spanOfWord(ca) : flags.self,
      },
      { kind: 'upstream', target: 'kubelet' },
      {
        tls: byDefault(true, 'kubelets serve TLS'),
        verify: composite<NonNullable<Upstream['verify']>>({ chain, hostname: chain }),
        ca: textField(ca),
        clientCertificate: textField(filled(flags.get('kubelet-client-certificate'))),
        exposure: unknown,
      },
    ),
  ];
}

/** `--etcd-servers`; with https the certificate is checked, against `--etcd-cafile` or the system's roots. */
function etcdUpstream(flags: Flags, place: ComponentPlace): readonly Fact<Upstream>[] {
  const urls = flags.list('etcd-servers');
  const [first] = urls;
  if (!first) return [];
  const plain = urls.find(({ text }) => /^http:/i.test(text));
  const verified = byDefault(true, 'kube-apiserver verifies etcd');
  return [
    buildFact<Upstream>(
      {
        technology: place.technology,
        subject: `etcd, as ${place.subject} reaches it`,
        self: spanOfWord(plain ?? first),
      },
      { kind: 'upstream', ...(!first.unknown && { target: hostOf((plain ?? first).text) }) },
      {
        tls: first.unknown ? unknown : written(plain === undefined, spanOfWord(plain ?? first)),
        ...(!plain && { verify: composite<NonNullable<Upstream['verify']>>({ chain: verified, hostname: verified }) }),
        ca: textField(filled(flags.get('etcd-cafile'))),
        clientCertificate: textField(filled(flags.get('etcd-certfile'))),
        exposure: reachField(urls),
      },
    ),
  ];
}
