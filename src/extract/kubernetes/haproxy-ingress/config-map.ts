import type { Listener } from '../../../core/fact.ts';
import { buildFact, type Fields } from '../../../core/fact-builder.ts';
import { bindFields } from '../../dialects/haproxy-fields.ts';
import { chained, noOptions } from '../../dialects/haproxy-options.ts';
import type { HaproxySnippet } from '../../dialects/haproxy-snippet.ts';
import { wordOfScalar } from '../../dialects/setting-fields.ts';
import { suites13Field } from '../../dialects/suites13-field.ts';
import { exposureOf } from '../host-names.ts';
import { ownerOfConfigMap } from '../ingress/config-maps.ts';
import { controllerDefaults, placed } from '../ingress/haproxy-defaults.ts';
import { snippetsOf } from '../ingress/haproxy-snippets.ts';
import { type KindExtractor, nothing } from '../kind.ts';
import { headOf, labelOf } from '../objects.ts';
import { cipherStringField, scalarIn, settingAt } from '../settings.ts';
import {
  clientAuthBy,
  frontendSnippets,
  globalOptionFields,
  hstsBy,
  type Key,
  optionsIn,
  technology,
} from './settings.ts';
import { backends } from './upstreams.ts';

/**
 * The settings that HAProxy Ingress applies to every host: one `listener`, and an `upstream` where all backends are to
 * speak TLS. Raw lines of `config-global` and `config-frontend` count. One that is known by its keys alone says only what
 * is written. Source: jcmoraisjr/haproxy-ingress 0.16.1, docs/content/en/docs/configuration/keys.md.
 */
export const haproxyConfigMap: KindExtractor = (object, context) => {
  const owner = ownerOfConfigMap(object);
  if (owner?.product !== technology) return nothing;
  const isKnown = owner.evidence === 'name';
  const read = isKnown ? object : { ...object, fragment: true };
  const key: Key = (name) => settingAt(read, read.root, 'data', name);
  const defaults = controllerDefaults(technology, object.root.source.path, context);
  const snippets = snippetsOf(key, ['config-global', ...frontendSnippets]);
  const suites13 = scalarIn(key('ssl-cipher-suites'));
  const fields: Fields<Listener> = {
    ...globalOptionFields(key('ssl-options'), defaults),
    ...optionsOfSnippets(key, snippets, defaults),
    ciphers: cipherStringField(key('ssl-ciphers')) ?? defaults.listener.ciphers,
    suites13: suites13 ? suites13Field(wordOfScalar(suites13)) : isKnown ? defaults.listener.suites13 : undefined,
    hsts: hstsBy(key, defaults, !isKnown),
    clientAuth: key('auth-tls-secret').state === 'written' ? clientAuthBy(object, key) : undefined,
    exposure: exposureOf(undefined, [object.name, object.namespace], headOf(object)),
    ...Object.assign({}, ...snippets.map(({ listener }) => listener)),
  };
  return {
    facts: [
      buildFact<Listener>(
        { technology, subject: labelOf(object), self: headOf(object) },
        { kind: 'listener', tls: true, application: 'http' },
        fields,
      ),
      ...backends(object, key, { subject: `${labelOf(object)} for all backends`, services: [] }, defaults),
    ],
    diagnostics: snippets.flatMap(({ diagnostics }) => diagnostics),
  };
};

/** `ssl-default-bind-options` in a snippet adds to what `ssl-options` says. */
function optionsOfSnippets(
  key: Key,
  snippets: readonly HaproxySnippet[],
  defaults: ReturnType<typeof controllerDefaults>,
): Fields<Listener> {
  const added = chained(snippets.map(({ bindOptions }) => bindOptions));
  if (added.options.length === 0) return {};
  const base = optionsIn(key('ssl-options'), 'bind') ?? defaults.bindOptions;
  const { protocols } = bindFields(noOptions, chained([base, added]), defaults.haproxy);
  return { protocols: placed(protocols, defaults) };
}
