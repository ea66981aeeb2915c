import type { Listener } from '../../core/fact.ts';
import { byDefault, composite, type Field, unknown, written } from '../../core/fact-builder.ts';
import { booleanField, settingAt, textField } from './messages.ts';
import type { Secrets } from './secrets.ts';
import type { TransportSocket } from './sockets.ts';
import { type Validation, validationOf } from './validation.ts';

type ClientAuth = NonNullable<Listener['clientAuth']>;
type Tls = Extract<TransportSocket, { kind: 'tls' }>;

/**
 * Which clients have to show a certificate. Roots alone make one optional; `require_client_certificate`, pinned
 * certificates or names make it necessary. Without anything to verify it by Envoy does not even ask for one, whatever
 * `require_client_certificate` says (observed on 1.40.0). With ACCEPT_UNTRUSTED any certificate will do: `request`.
 * Source: Envoy API v3, DownstreamTlsContext and CertificateValidationContext.trusted_ca; over QUIC only
 * `require_client_certificate` asks for one (QuicDownstreamTransport).
 */
export function clientAuthOf({ context, carrier }: Tls, secrets: Secrets): Field<ClientAuth> {
  if (!context) return unknown;
  const validation = validationOf(context, secrets);
  const required = booleanField(settingAt(context, 'require_client_certificate'));
  const mode = modeOf(required, validation, carrier === 'quic');
  const named = 'value' in mode && mode.value !== 'none' ? textField(validation.ca) : undefined;
  return composite<ClientAuth>({ mode, ca: named });
}

function modeOf(
  required: Field<boolean> | undefined,
  validation: Validation,
  quic: boolean,
): Field<ClientAuth['mode']> {
  const { chain, acceptsUntrusted, demands } = validation;
  if (required?.origin === 'unknown') return unknown;
  const isRequired = required?.origin === 'written' && required.value ? required : undefined;
  if (quic && !isRequired)
    return byDefault('none', 'over QUIC Envoy asks for a certificate only with require_client_certificate');
  if (acceptsUntrusted.is === true) return written('request', acceptsUntrusted.span);
  if (isRequired) {
    if (acceptsUntrusted.is === 'unknown')
      return chain.is === 'unknown' ? written('required', isRequired.span) : unknown;
    return written(chain.is === false && demands.is === false ? 'none' : 'required', isRequired.span);
  }
  if (demands.is === true) return written('required', demands.span);
  if (demands.is === 'unknown' || chain.is === 'unknown' || acceptsUntrusted.is === 'unknown') return unknown;
  if (chain.is === true) return written('optional', chain.span);
  return byDefault('none', 'Envoy asks for no client certificate without something to verify it by');
}
