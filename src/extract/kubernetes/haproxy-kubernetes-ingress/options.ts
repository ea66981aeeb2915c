import { entries, scalar, type YamlNode } from '../../../formats/yaml-tree.ts';
import { optionOf } from '../../dialects/haproxy-fields.ts';
import type { OptionList } from '../../dialects/haproxy-options.ts';
import { wordOfYaml } from '../../dialects/yaml-words.ts';

/** Fields whose option is called otherwise. */
const names: Readonly<Record<string, string>> = {
  ssl_cafile: 'ca-file',
  ssl_certificate: 'crt',
};

const withValue =
  /^(?:ciphers|ciphersuites|curves|sni|ssl_cafile|ssl_certificate|ssl_max_ver|ssl_min_ver|verify|verifyhost)$/;

const switches =
  /^(?:ssl|allow_0rtt|no_sslv3|no_tlsv1[0-3]|no_tls_tickets|force_sslv3|force_tlsv1[0-3]|prefer_client_ciphers)$/;

/**
 * The options of a bind or server line, as custom resources write them: `no_tlsv10: true` or `enabled`, `ssl_min_ver:
 * TLSv1.2`. Source: the models of haproxytech/client-native 6, as in crs/definition of haproxytech/kubernetes-ingress 3.2.
 */
export function optionsOfFields(node: YamlNode): OptionList {
  if (node.kind !== 'mapping') return { options: [], open: node.kind === 'unknown' };
  return {
    open: node.open,
    options: entries(node).flatMap(({ key, value }) => {
      const name = key.value;
      const option = names[name] ?? name.replaceAll('_', '-');
      if (withValue.test(name)) {
        const word = value.kind === 'scalar' && value.value === '' ? undefined : wordOfYaml(value);
        return word ? [optionOf(option, wordOfYaml(key), word)] : [];
      }
      return switches.test(name) && isOn(value) ? [optionOf(option, wordOfYaml(key), undefined)] : [];
    }),
  };
}

/** `true` in bind lines, `enabled` in server lines. */
const isOn = (value: YamlNode): boolean => value.kind === 'scalar' && /^(?:true|enabled)$/i.test(value.value);

/** Whether the line speaks TLS. */
export const sslOf = (node: YamlNode) => {
  const ssl = scalar(node, 'ssl');
  return ssl && isOn(ssl) ? ssl : undefined;
};
