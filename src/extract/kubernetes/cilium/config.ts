import type { KindContext } from '../kind.ts';
import { type Setting, settingAt } from '../settings.ts';

/** The agent's and the operator's settings, where the repository holds the ConfigMap `cilium-config`. */
export function ciliumSetting({ known }: KindContext, key: string): Setting | undefined {
  const [config] = known('/ConfigMap').filter(({ name }) => name === 'cilium-config');
  return config && settingAt(config, config.root, 'data', key);
}
