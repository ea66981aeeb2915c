import type { Listener } from '../../../core/fact.ts';
import { type Fields, written } from '../../../core/fact-builder.ts';
import { get } from '../../../formats/yaml-tree.ts';
import { cipherSuite } from '../../../tls/suites.ts';
import { fieldFrom, settingAt, wordsField } from '../settings.ts';
import type { ListenerPlace } from './attachment.ts';

const prefix = 'gateway.istio.io/';
const modes = { MUTUAL: 'required', OPTIONAL_MUTUAL: 'optional', ISTIO_MUTUAL: 'required', SIMPLE: 'none' } as const;

/**
 * `tls.options` that Istio reads of a listener (Istio 1.30, pilot/pkg/config/kube/gateway/conversion.go, buildTLS).
 * `undefined` where there are none.
 */
export function istioOptions({ object, node }: ListenerPlace): Fields<Listener> | undefined {
  const options = get(node, 'tls', 'options');
  if (!options) return undefined;
  const mode = settingAt(object, options, `${prefix}tls-terminate-mode`);
  const suites = settingAt(object, options, `${prefix}tls-cipher-suites`);
  const asked = fieldFrom(mode, (value) => (value in modes ? modes[value as keyof typeof modes] : undefined));
  const ciphers = wordsField(suites, /[\w-]+/g, (name) =>
    (cipherSuite(name)?.protocol ?? 'TLSv1.3') === 'TLSv1.3' ? undefined : name,
  );
  return {
    ...(asked?.origin === 'written' && { clientAuth: written({ mode: asked.value }, asked.span) }),
    ...(ciphers && { ciphers }),
  };
}
