import type { Listener } from '../../../core/fact.ts';
import { byDefault, type Field, type Fields, unknown, written } from '../../../core/fact-builder.ts';
import { items, spanInScalar, text } from '../../../formats/yaml-tree.ts';
import { wordOfScalar } from '../../dialects/setting-fields.ts';
import { suites13Field } from '../../dialects/suites13-field.ts';
import { type ControllerSettings, controllerSettings } from '../ingress/config-maps.ts';
import { certificateOfFlag, controllerFlags } from '../ingress/controller-flags.ts';
import { type ControllerDefaults, controllerDefaults } from '../ingress/haproxy-defaults.ts';
import { redirectBySnippets, snippetsOf } from '../ingress/haproxy-snippets.ts';
import { servicesOfIngress } from '../ingress-hosts.ts';
import type { Controller, KindContext } from '../kind.ts';
import { headOf, type KubernetesObject, labelOf } from '../objects.ts';
import { booleanField, booleanIn, cipherStringField, fieldFrom, scalarIn } from '../settings.ts';
import {
  annotationsOf,
  clientAuthBy,
  firstOf,
  frontendSnippets,
  hostOptionFields,
  hstsBy,
  type Key,
  technology,
} from './settings.ts';
import { backends } from './upstreams.ts';

const image = /(^|\/)haproxy-ingress(-controller)?[:@]/;

/** What is known of who serves an Ingress. */
interface Served {
  readonly object: KubernetesObject;
  readonly key: Key;
  readonly settings: ControllerSettings;
  readonly defaults: ControllerDefaults;
}

/**
 * What the community's HAProxy Ingress makes of an Ingress: its annotations, and the controller's defaults. The ConfigMap
 * has a fact of its own. Source: jcmoraisjr/haproxy-ingress 0.16.1, docs/content/en/docs/configuration/keys.md;
 * pkg/converters/ingress/{ingress,defaults}.go and annotations/.
 */
export const haproxyIngress: Controller = (object, owner, context) => {
  const key = annotationsOf(object);
  const settings = controllerSettings(object, technology, context);
  const defaults = controllerDefaults(technology, object.root.source.path, context, owner.guessed);
  const served: Served = { object, key, settings, defaults };
  const passes = booleanIn(key('ssl-passthrough')) === true;
  return {
    technology,
    listener: passes ? passedThrough : listenerFields(served),
    redirect: redirect(served),
    plaintext: plaintext(served, passes),
    fallback: certificateOfFlag(flagsOf(object, context), 'default-ssl-certificate'),
    onlyRedirects: redirectTo(key),
    upstreams: backends(
      object,
      firstOf(key, settings.key),
      { subject: `${labelOf(object)} to its backend`, services: servicesOfIngress(object) },
      defaults,
    ),
    diagnostics: [],
  };
};

const flagsOf = (object: KubernetesObject, context: KindContext) => controllerFlags(object, image, context);

/** The backend ends TLS. */
const passedThrough: Fields<Listener> = {
  tls: unknown,
  protocols: unknown,
  ciphers: unknown,
  certificates: unknown,
  clientAuth: unknown,
  hsts: unknown,
};

function listenerFields({ object, key, settings, defaults }: Served): Fields<Listener> {
  const elsewhere = object.fragment || settings.configured;
  const own = hostOptionFields(key('ssl-options-host'), defaults);
  const suites13 = scalarIn(key('ssl-cipher-suites'));
  return {
    protocols: own?.protocols ?? (elsewhere ? unknown : defaults.listener.protocols),
    ciphers: cipherStringField(key('ssl-ciphers')) ?? (elsewhere ? unknown : defaults.listener.ciphers),
    suites13: suites13 && suites13Field(wordOfScalar(suites13)),
    clientAuth: clientAuthBy(object, firstOf(key, settings.key)),
    hsts: hstsBy(key, defaults, elsewhere),
    earlyData: own?.earlyData && heededIn(settings) ? unknown : own?.earlyData,
  };
}

/** Whether raw lines of the frontends say something about requests in early data. */
const heededIn = ({ key }: ControllerSettings): boolean =>
  snippetsOf(key, frontendSnippets).some(({ mindsEarlyData }) => mindsEarlyData);

/** For hosts with TLS, unless told otherwise, and but for the paths that `no-tls-redirect-locations` begins. */
function redirect(served: Served): Field<boolean> {
  const { object, key, settings, defaults } = served;
  const everything = redirectTo(key) ?? redirectBySnippets(snippetsOf(settings.key, frontendSnippets));
  if (everything) return everything;
  const excepted = exceptionIn(object, settings);
  if (excepted) return written(false, excepted);
  const asked = firstOf(key, settings.key)('ssl-redirect');
  if (asked.state !== 'absent') return booleanField(asked) ?? unknown;
  return byDefault(true, 'HAProxy Ingress redirects hosts that have TLS unless told not to', defaults.unsure);
}

function exceptionIn({ root }: KubernetesObject, { key }: ControllerSettings) {
  const node = scalarIn(key('no-tls-redirect-locations'));
  if (!node) return undefined;
  const paths = items(root, 'spec', 'rules')
    .flatMap((rule) => items(rule, 'http', 'paths'))
    .map((path) => text(path, 'path') ?? '/')
    .filter((path) => !path.startsWith('/.well-known/acme-challenge'));
  const entry = [...node.value.matchAll(/[^,\s]+/g)].find(([start]) => paths.some((path) => path.startsWith(start)));
  return entry && spanInScalar(node, entry.index, entry.index + entry[0].length);
}

/** `redirect-to: https://…` answers every request of the Ingress. */
function redirectTo(key: Key): Field<boolean> | undefined {
  const field = fieldFrom(key('redirect-to'), (url) => (/^https:\/\//i.test(url) ? true : undefined));
  return field?.origin === 'written' ? field : undefined;
}

/** `ssl-always-add-https` serves the controller's own certificate where `spec.tls` is absent. */
function plaintext({ object, key, settings }: Served, passes: boolean): Fields<Listener> {
  const always = firstOf(key, settings.key)('ssl-always-add-https');
  if (passes || (always.state !== 'absent' && booleanIn(always) !== false))
    return { tls: unknown, redirectsToHttps: unknown };
  return { tls: written(false, headOf(object)), redirectsToHttps: redirectTo(key) ?? unknown };
}
