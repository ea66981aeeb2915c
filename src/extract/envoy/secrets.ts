import type { YamlMapping, YamlNode } from '../../formats/yaml-tree.ts';
import { messageAt, settingAt, textAt } from './messages.ts';

/** Secrets that the file itself holds, by name (`static_resources.secrets`, a file of the secret discovery service). */
export type Secrets = ReadonlyMap<string, YamlMapping>;

/** What a reference to a secret leads to. */
export type Resolved =
  | { readonly state: 'here'; readonly message: YamlMapping }
  /** Another program or another file gives it. */
  | { readonly state: 'elsewhere'; readonly name: string | undefined };

/** Whether a mapping is a secret. Source: Envoy API v3, extensions.transport_sockets.tls.v3.Secret. */
export const isSecret = (node: YamlMapping): boolean =>
  textAt(node, 'name') !== undefined &&
  ['tls_certificate', 'validation_context'].some((field) => messageAt(node, field) !== undefined);

export const secretsOf = (nodes: readonly YamlMapping[]): Secrets =>
  new Map(
    nodes.filter(isSecret).flatMap((node) => {
      const name = textAt(node, 'name');
      return name === undefined ? [] : [[name, node] as const];
    }),
  );

/** A reference without `sds_config` names a secret of the file; with one, the name is the discovery service's. */
export function resolved(reference: YamlNode, field: string, secrets: Secrets): Resolved {
  const name = textAt(reference, 'name');
  const secret = name === undefined ? undefined : secrets.get(name);
  const message = secret && messageAt(secret, field);
  const isStatic = settingAt(reference, 'sds_config').state === 'absent';
  return isStatic && message ? { state: 'here', message } : { state: 'elsewhere', name };
}
