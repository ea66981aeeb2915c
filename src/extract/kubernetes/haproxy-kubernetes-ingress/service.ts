import { configMapsOf } from '../ingress/config-maps.ts';
import { controllerDefaults } from '../ingress/haproxy-defaults.ts';
import { servicesOfIngress } from '../ingress-hosts.ts';
import { type KindExtractor, nothing } from '../kind.ts';
import { nearestTo } from '../nearest.ts';
import { labelOf, qualified } from '../objects.ts';
import { settingAt } from '../settings.ts';
import { annotationsOf, firstOf, type Key, technology } from './settings.ts';
import { backends } from './upstreams.ts';

/**
 * A Service whose annotations tell the controller how to speak to it. They win over those of the Ingresses that lead to it,
 * and those over the ConfigMap.
 */
export const annotatedService: KindExtractor = (object, context) => {
  if (object.name === undefined) return nothing;
  const service = qualified(object.namespace, object.name);
  const own = annotationsOf(object);
  if (['server-ssl', 'server-ca', 'server-crt'].every((name) => own(name).state !== 'written')) return nothing;
  const leading = context
    .known('networking.k8s.io/Ingress')
    .filter((ingress) => servicesOfIngress(ingress).some((one) => one.replace(/:[^:]*$/, '') === service))
    .map(annotationsOf);
  const maps = nearestTo(object.root.source.path, configMapsOf(technology, context)).map(
    (map): Key =>
      (name) =>
        settingAt(map, map.root, 'data', name),
  );
  const defaults = controllerDefaults(technology, object.root.source.path, context);
  const target = { subject: labelOf(object), services: [service] };
  return {
    facts: backends(object, own, firstOf(own, ...leading, ...maps.slice(0, 1)), target, defaults),
    diagnostics: [],
  };
};
