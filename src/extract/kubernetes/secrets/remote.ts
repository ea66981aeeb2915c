import type { Fact, Upstream } from '../../../core/fact.ts';
import { buildFact, byDefault, composite, type Field, written } from '../../../core/fact-builder.ts';
import { get, keyOf, scalar, spanOfNode, type YamlNode } from '../../../formats/yaml-tree.ts';
import { reachOf } from '../../../tls/reach.ts';
import { type KubernetesObject, labelOf, qualified } from '../objects.ts';
import { booleanIn, fieldFrom, settingAt, textField } from '../settings.ts';

type Path = readonly string[];

/** Where an object says how to reach a server, and how to verify it. */
export interface Remote {
  readonly technology: string;
  /** The address, a URL. */
  readonly path: Path;
  /** A boolean that switches verification off. */
  readonly skip?: Path;
  /** A boolean that keeps verification on. */
  readonly verify?: Path;
  readonly serverName?: Path;
  /** The Secret with the roots, by its name. */
  readonly caSecret?: Path;
  readonly clientSecret?: Path;
  /** Says nothing of a server that is verified as it should be: one that everybody trusts. */
  readonly onlySkipped?: boolean;
}

/**
 * The connection of a controller to a server: one `upstream` where the address is written with its scheme. The common root of
 * the Go controllers that read these objects: verified by the system's roots, or by those named, unless told otherwise.
 */
export function remoteUpstream(object: KubernetesObject, remote: Remote): readonly Fact<Upstream>[] {
  const at = (path: Path | undefined) =>
    path ? settingAt(object, object.root, ...path) : ({ state: 'absent' } as const);
  const url = scalar(object.root, ...remote.path);
  const host = url && hostOfUrl(url.value);
  if (!url || host === undefined) return [];
  const skips = booleanIn(at(remote.skip)) === true || booleanIn(at(remote.verify)) === false;
  if (remote.onlySkipped && !skips) return [];
  const deciding = keyNode(object, (booleanIn(at(remote.skip)) === true ? remote.skip : remote.verify) ?? remote.path);
  const tls = /^https:/i.test(url.value);
  const verified: Field<boolean> = skips
    ? written(false, spanOfNode(deciding.value))
    : byDefault(true, 'the controller verifies the server unless told otherwise');
  const caSecret = fieldFrom(at(remote.caSecret), (name) => `Secret ${qualified(namespaceFor(object), name)}`);
  return [
    buildFact<Upstream>(
      {
        technology: remote.technology,
        subject: labelOf(object),
        self: spanOfNode(skips ? deciding.key : url),
      },
      { kind: 'upstream', target: host, exposure: reachOf(host) },
      {
        tls: written(tls, spanOfNode(url)),
        ...(tls && { verify: composite<NonNullable<Upstream['verify']>>({ chain: verified, hostname: verified }) }),
        ca: caSecret,
        serverName: remote.serverName ? textField(at(remote.serverName)) : undefined,
        clientCertificate: remote.clientSecret
          ? fieldFrom(at(remote.clientSecret), (name) => qualified(namespaceFor(object), name))
          : undefined,
      },
    ),
  ];
}

/** What a cluster-wide object refers to stands in a namespace that it does not say. */
const namespaceFor = ({ kind, namespace }: KubernetesObject): string | undefined =>
  kind.startsWith('Cluster') ? undefined : namespace;

function keyNode(object: KubernetesObject, path: Path): { readonly key: YamlNode; readonly value: YamlNode } {
  const parent = get(object.root, ...path.slice(0, -1));
  const key = keyOf(parent, path.at(-1) ?? '') ?? object.root;
  return { key, value: scalar(object.root, ...path) ?? key };
}

/** The host of a URL, in lower case. */
export const hostOfUrl = (url: string): string | undefined =>
  /^https?:\/\/(\[[^\]]+\]|[^/:?#]+)/i.exec(url.trim())?.[1]?.toLowerCase();
