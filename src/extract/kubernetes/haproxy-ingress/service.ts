import { controllerDefaults } from '../ingress/haproxy-defaults.ts';
import { type KindExtractor, nothing } from '../kind.ts';
import { labelOf, qualified } from '../objects.ts';
import { annotation } from '../settings.ts';
import { type Key, technology } from './settings.ts';
import { backends } from './upstreams.ts';

/** A Service whose annotations tell HAProxy Ingress how to speak to it; they win over those of an Ingress. */
export const annotatedService: KindExtractor = (object, context) => {
  if (object.name === undefined) return nothing;
  // The older prefix is shared with other controllers: on a Service it says nothing by itself.
  const key: Key = (name) => annotation(object, `haproxy-ingress.github.io/${name}`);
  if (['backend-protocol', 'secure-backends'].every((name) => key(name).state !== 'written')) return nothing;
  const defaults = controllerDefaults(technology, object.root.source.path, context);
  const service = qualified(object.namespace, object.name);
  const facts = backends(object, key, { subject: labelOf(object), services: [service] }, defaults);
  return { facts, diagnostics: [] };
};
