import type { Listener } from '../../../core/fact.ts';
import { buildFact, unknown, written } from '../../../core/fact-builder.ts';
import { items, scalar, spanOfNode, text } from '../../../formats/yaml-tree.ts';
import { exposureOf } from '../host-names.ts';
import { type KindExtractor, nothing } from '../kind.ts';
import { headOf, labelOf, qualified } from '../objects.ts';
import { listField, settingAt } from '../settings.ts';
import { knownSettings, parametersOf } from './settings.ts';

/**
 * A TCPIngress with certificates: one `listener` for each. Without any Kong passes bytes on as they come.
 * Source: configuration.konghq.com/v1beta1 TCPIngress (Kong/charts, kic-crds).
 */
export const tcpIngress: KindExtractor = (object, context) => {
  const settings = knownSettings(context);
  const evidence = context.versions('kong', object.root.source.path);
  const parameters =
    settings && settings !== 'several' ? parametersOf(settings, evidence) : { protocols: unknown, ciphers: unknown };
  const facts = items(object.root, 'spec', 'tls').flatMap((entry) => {
    const secret = scalar(entry, 'secretName');
    const hosts = listField(settingAt(object, entry, 'hosts'));
    return secret && text(entry, 'secretName') !== ''
      ? [
          buildFact<Listener>(
            { technology: 'kong', subject: labelOf(object), self: spanOfNode(secret) },
            { kind: 'listener', application: 'other', ...(object.name !== undefined && { name: labelOf(object) }) },
            {
              hosts,
              tls: written(true, spanOfNode(secret)),
              exposure: exposureOf(hosts, [], headOf(object)),
              certificates: written(
                [{ from: 'secret', ref: qualified(object.namespace, secret.value) }],
                spanOfNode(secret),
              ),
              ...parameters,
            },
          ),
        ]
      : [];
  });
  return facts.length > 0 ? { facts, diagnostics: [] } : nothing;
};
