import type { CertificateReference } from '../../core/fact.ts';
import { type Field, unknown, written } from '../../core/fact-builder.ts';
import type { Span } from '../../core/source.ts';
import { spanOfNode, type YamlNode } from '../../formats/yaml-tree.ts';
import { elementsAt, has, nodeAt, scalarAt, settingAt } from './messages.ts';
import { resolved, type Secrets } from './secrets.ts';

interface Found {
  readonly reference: CertificateReference;
  readonly span: Span;
}

/**
 * The certificates of a TLS context: files, texts, or secrets by name. `undefined` where there are none.
 * Source: Envoy API v3, CommonTlsContext.tls_certificates and tls_certificate_sds_secret_configs.
 */
export function certificatesOf(
  context: YamlNode | undefined,
  secrets: Secrets,
): Field<readonly CertificateReference[]> | undefined {
  if (!context) return unknown;
  const direct = elementsAt(context, 'common_tls_context', 'tls_certificates');
  const named = elementsAt(context, 'common_tls_context', 'tls_certificate_sds_secret_configs');
  if (direct.open || named.open) return unknown;
  const found =
    direct.items.length > 0 ? direct.items.map(inMessage) : named.items.map((item) => bySecret(item, secrets));
  const [first] = found;
  if (found.length === 0) return undefined;
  const known = found.filter((one) => one !== undefined);
  if (!first || known.length < found.length) return unknown;
  return written(
    known.map(({ reference }) => reference),
    first.span,
    Object.fromEntries(known.map(({ span }, index): [string, Span] => [String(index), span])),
  );
}

function inMessage(certificate: YamlNode): Found | undefined {
  const source = nodeAt(certificate, 'certificate_chain') ?? nodeAt(certificate, 'pkcs12');
  const file = scalarAt(source, 'filename');
  if (file) return { reference: { from: 'file', ref: file.value }, span: spanOfNode(file) };
  const inline = has(source, 'inline_string') || has(source, 'inline_bytes');
  return source && inline ? { reference: { from: 'inline' }, span: spanOfNode(source) } : undefined;
}

function bySecret(reference: YamlNode, secrets: Secrets): Found | undefined {
  const found = resolved(reference, 'tls_certificate', secrets);
  if (found.state === 'here') return inMessage(found.message);
  const name = scalarAt(reference, 'name');
  if (!name || settingAt(reference, 'name').state === 'unknown') return undefined;
  return { reference: { from: 'secret', ref: name.value }, span: spanOfNode(name) };
}
