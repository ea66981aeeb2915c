import type { Listener } from '../../core/fact.ts';
import { byDefault, composite, type Field, unknown } from '../../core/fact-builder.ts';
import type { VersionEvidence } from '../../core/technology.ts';
import type { YamlNode } from '../../formats/yaml-tree.ts';
import { validationStopsEarlyData } from './defaults.ts';
import { booleanField, negated, settingAt } from './messages.ts';
import type { TransportSocket } from './sockets.ts';

type EarlyData = NonNullable<Listener['earlyData']>;
type Tls = Extract<TransportSocket, { kind: 'tls' }>;

/**
 * Over TCP Envoy never takes early data. Over QUIC it does unless told not to, and marks such requests for the upstream
 * with an Early-Data header (RFC 8470, section 5.1); who has to show a certificate gets none.
 * Source: Envoy API v3, QuicDownstreamTransport; observed on Envoy 1.40.0 with another Envoy as the client.
 */
export function earlyDataOf({ carrier, around, context }: Tls, version: VersionEvidence): Field<EarlyData> {
  if (carrier !== 'quic') return byDefault({ enabled: false, mitigations: [] }, 'Envoy takes no early data over TCP');
  if (!context) return unknown;
  const enabled = booleanField(settingAt(around, 'enable_early_data'));
  const stopped = isOff(enabled) ?? isOff(booleanField(settingAt(around, 'enable_resumption')));
  const required = booleanField(settingAt(context, 'require_client_certificate'));
  return composite<EarlyData>({
    enabled:
      stopped ??
      isOff(required && negated(required)) ??
      stoppedByValidation(context, version) ??
      enabled ??
      byDefault(true, 'Envoy takes early data over QUIC unless enable_early_data is false'),
    mitigations: byDefault(['header-forwarded'], 'Envoy marks requests in early data for the upstream'),
  });
}

/** The field where it is off, or where it cannot be known. */
const isOff = (field: Field<boolean> | undefined): Field<boolean> | undefined =>
  field && 'value' in field && field.value ? undefined : field;

function stoppedByValidation(context: YamlNode, version: VersionEvidence): Field<boolean> | undefined {
  const given = validationFields.some((field) => settingAt(context, 'common_tls_context', field).state !== 'absent');
  if (!given) return undefined;
  return validationStopsEarlyData(version)
    ? byDefault(false, 'Envoy takes no early data where clients are validated', version.guessed)
    : unknown;
}

const validationFields = ['validation_context', 'validation_context_sds_secret_config', 'combined_validation_context'];
