import { flagField, isOn, settingAt } from '../dialects/traefik-settings.ts';
import type { EntryPoint, Router } from './model.ts';

/**
 * Whether a router serves TLS on an entry point: by its own `tls`, or for HTTP by that of the entry point. Without
 * either it answers plaintext, whatever the port. `undefined` where it cannot be known.
 */
export function routerTls(router: Router, entryPoint: EntryPoint | undefined): boolean | undefined {
  const own = isOn(settingAt(router.node, 'tls'));
  if (own !== false) return own;
  if (router.protocol === 'tcp') return false;
  return entryPoint ? entryPoint.tls : undefined;
}

/** The TLS of the service behind is passed through, untouched. */
export function isPassthrough(router: Router): boolean {
  const passthrough = flagField(settingAt(router.node, 'tls', 'passthrough'));
  return passthrough?.origin === 'unknown' || (passthrough?.origin === 'written' && passthrough.value);
}
