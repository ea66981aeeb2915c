import type { Listener } from '../../core/fact.ts';
import { type Field, unknown, written } from '../../core/fact-builder.ts';
import { spanOfNode, type YamlNode } from '../../formats/yaml-tree.ts';
import { entriesAt, flagField, settingAt, textAt } from './traefik-settings.ts';

/**
 * The HSTS header that a middleware sends; `undefined` where it sends none. A custom header is set after the one that
 * `stsSeconds` asks for (Traefik 3.7, headers middleware: stsSeconds, stsIncludeSubdomains, customResponseHeaders).
 */
export function hstsOfMiddleware(node: YamlNode): Field<NonNullable<Listener['hsts']>> | undefined {
  const custom = entriesAt(node, 'headers', 'customResponseHeaders').find(
    ({ key }) => key.value.toLowerCase() === 'strict-transport-security',
  )?.value;
  if (custom) return customHsts(custom);
  const seconds = settingAt(node, 'headers', 'stsSeconds');
  if (seconds.state === 'unknown') return unknown;
  if (seconds.state === 'absent' || seconds.node.kind !== 'scalar' || !(Number(seconds.node.value) > 0))
    return undefined;
  const subdomains = flagField(settingAt(node, 'headers', 'stsIncludeSubdomains'));
  const includeSubDomains = subdomains?.origin === 'written' && subdomains.value;
  return written({ maxAgeSeconds: Number(seconds.node.value), includeSubDomains }, spanOfNode(seconds.node));
}

/** An empty value takes the header away, also from what the application sends. */
function customHsts(custom: YamlNode): Field<NonNullable<Listener['hsts']>> {
  if (custom.kind !== 'scalar') return unknown;
  const age = /max-age\s*=\s*"?(\d+)/i.exec(custom.value)?.[1] ?? 0;
  return written(
    { maxAgeSeconds: Number(age), includeSubDomains: /includesubdomains/i.test(custom.value) },
    spanOfNode(custom),
  );
}

/** Whether a middleware sends every request on to https. */
export function isRedirectToHttps(node: YamlNode): boolean {
  const scheme = textAt(node, 'redirectScheme', 'scheme')?.toLowerCase();
  if (scheme !== undefined) return scheme === 'https';
  return /^https:/i.test(textAt(node, 'redirectRegex', 'replacement') ?? '');
}
