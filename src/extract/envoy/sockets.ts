import type { Span } from '../../core/source.ts';
import { spanOfNode, type YamlMapping, type YamlNode } from '../../formats/yaml-tree.ts';
import { has, keyAt, messageAt, type Setting, settingAt, textAt, typeOf } from './messages.ts';

/** What a filter chain or a cluster says about its transport. */
export type TransportSocket =
  /** No socket is written: plain text. */
  | { readonly kind: 'absent' }
  /** A socket that sends plain text is written. */
  | { readonly kind: 'plain'; readonly self: Span }
  | {
      readonly kind: 'tls';
      /** The TLS context; `undefined` where a template decides. */
      readonly context: YamlMapping | undefined;
      readonly self: Span;
      readonly carrier: 'tcp' | 'quic' | 'starttls';
      /** The message around a QUIC context. */
      readonly around: YamlMapping;
      /** Written for the version 2 API. */
      readonly old: boolean;
    }
  /** An extension of its own (ALTS, S2A), or something that a template decides. */
  | { readonly kind: 'unknown' };

/**
 * The transport of a message that holds `transport_socket`, or `tls_context` in the version 2 API. Sockets around
 * another one (tap, proxy protocol, TCP statistics, HTTP/1.1 CONNECT, internal) count as that one.
 * Source: Envoy API v3, config.core.v3.TransportSocket and the messages that it names; v2, auth.DownstreamTlsContext.
 */
export function transportOf(owner: YamlNode): TransportSocket {
  const socket = settingAt(owner, 'transport_socket');
  if (socket.state !== 'absent') return socketIn(socket, keyAt(owner, 'transport_socket'), nestingLimit);
  const old = settingAt(owner, 'tls_context');
  const key = keyAt(owner, 'tls_context');
  if (old.state === 'absent' || !key) return { kind: old.state === 'unknown' ? 'unknown' : 'absent' };
  if (old.state === 'unknown' || old.node.kind !== 'mapping') return { kind: 'unknown' };
  return { kind: 'tls', context: old.node, self: spanOfNode(key), carrier: 'tcp', around: old.node, old: true };
}

const nestingLimit = 4;

/** `key`: the field's own name, where what is missing in it is explained. */
function socketIn(setting: Setting, key: YamlNode | undefined, depth: number): TransportSocket {
  if (setting.state !== 'written' || setting.node.kind !== 'mapping' || depth === 0) return { kind: 'unknown' };
  const socket = setting.node;
  const self = spanOfNode(key ?? socket);
  const config = configOf(socket);
  const kind = kindOf(config?.type, textAt(socket, 'name'));
  const message = config?.message;
  switch (kind) {
    case 'plain':
      return { kind: 'plain', self };
    case 'tls': {
      if (!config) return { kind: 'unknown' };
      const old = config.type?.startsWith('envoy.api.v2.') ?? false;
      return { kind: 'tls', context: message, self, carrier: 'tcp', around: message ?? socket, old };
    }
    case 'quic': {
      const context = messageAt(message, 'downstream_tls_context') ?? messageAt(message, 'upstream_tls_context');
      return { kind: 'tls', context, self, carrier: 'quic', around: message ?? socket, old: false };
    }
    case 'starttls': {
      const inner = socketIn(settingAt(message, 'tls_socket_config'), undefined, depth - 1);
      if (inner.kind === 'tls') return { ...inner, self, carrier: 'starttls' };
      const context = messageAt(message, 'tls_socket_config');
      return context
        ? { kind: 'tls', context, self, carrier: 'starttls', around: context, old: false }
        : { kind: 'unknown' };
    }
    case undefined:
      return has(message, 'transport_socket')
        ? socketIn(settingAt(message, 'transport_socket'), key, depth - 1)
        : { kind: 'unknown' };
  }
}

interface Configuration {
  readonly type: string | undefined;
  /** `undefined` where a template decides what it holds. */
  readonly message: YamlMapping | undefined;
}

/** `typed_config`, unwrapped where it is a TypedStruct, or the untyped `config` of the version 2 API. */
function configOf(socket: YamlNode): Configuration | undefined {
  const typed = settingAt(socket, 'typed_config');
  if (typed.state === 'absent') {
    const untyped = settingAt(socket, 'config');
    return untyped.state === 'absent' ? undefined : { type: undefined, message: messageAt(socket, 'config') };
  }
  const message = messageAt(socket, 'typed_config');
  const type = typeOf(message);
  if (type === undefined || !/\.TypedStruct$/.test(type)) return { type, message };
  return { type: textAt(message, 'type_url')?.replace(/^.*\//, ''), message: messageAt(message, 'value') };
}

/** By the configuration's type; by the socket's name where it has none, as in the version 2 API. */
function kindOf(type: string | undefined, name: string | undefined): 'tls' | 'quic' | 'starttls' | 'plain' | undefined {
  if (type !== undefined) {
    if (/\.(Down|Up)streamTlsContext$/.test(type)) return 'tls';
    if (/\.Quic(Down|Up)stream(Transport)?$/.test(type)) return 'quic';
    if (/\.(Upstream)?StartTlsConfig$/.test(type)) return 'starttls';
    return /\.RawBuffer$/.test(type) ? 'plain' : undefined;
  }
  if (name === 'tls' || name === 'envoy.transport_sockets.tls') return 'tls';
  return name === 'raw_buffer' || name === 'envoy.transport_sockets.raw_buffer' ? 'plain' : undefined;
}
