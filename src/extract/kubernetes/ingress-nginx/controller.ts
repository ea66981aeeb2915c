import type { Listener } from '../../../core/fact.ts';
import { type Field, unknown } from '../../../core/fact-builder.ts';
import type { Span } from '../../../core/source.ts';
import { items, spanInScalar, text, type YamlScalar } from '../../../formats/yaml-tree.ts';
import { isSince } from '../../versions.ts';
import { type ControllerSettings, controllerSettings } from '../ingress/config-maps.ts';
import { type ControllerFlags, certificateOfFlag, controllerFlags } from '../ingress/controller-flags.ts';
import type { KindContext } from '../kind.ts';
import type { KubernetesObject } from '../objects.ts';
import { booleanField, booleanIn, scalarIn, textIn } from '../settings.ts';

/** What the repository says of the controller that serves an Ingress: its flags and its ConfigMap. */
export interface NginxController extends ControllerSettings {
  readonly flags: ControllerFlags | undefined;
}

/** The images of the controller, for finding its flags. */
const image = /(^|\/)(ingress-nginx\/controller|nginx-ingress-controller)(-chroot)?[:@]/;

/** What is at hand of the controller that serves `object`. */
export const controllerFor = (object: KubernetesObject, context: KindContext): NginxController => ({
  flags: controllerFlags(object, image, context),
  ...controllerSettings(object, 'ingress-nginx', context),
});

/** Where annotations of this controller begin (flag `--annotations-prefix`). */
export function annotationPrefix({ flags }: NginxController): string {
  const word = flags?.get('annotations-prefix');
  return word && !word.unknown ? `${word.text}/` : 'nginx.ingress.kubernetes.io/';
}

/** The certificate of hosts without one of their own (flag `--default-ssl-certificate`). */
export const defaultCertificate = ({ flags }: NginxController): Field<NonNullable<Listener['certificates']>> =>
  certificateOfFlag(flags, 'default-ssl-certificate');

/** Whether `ssl-passthrough` acts: `false` only where the controller is here, and not told `--enable-ssl-passthrough`. */
export function passesThrough({ flags }: NginxController): boolean {
  if (!flags) return true;
  const word = flags.get('enable-ssl-passthrough');
  return word ? word.unknown || word.text !== 'false' : flags.open;
}

/**
 * Whether snippets in annotations act. They do not where the controller's ConfigMap is here and forbids them, be it by
 * the defaults of a release that is known: `allow-snippet-annotations` is off since 1.9.1, and `annotations-risk-level`
 * leaves them out since 1.12. Source: internal/ingress/controller/config/config.go of each tag.
 */
export function snippetsAct({ key, configured }: NginxController, object: KubernetesObject, { versions }: KindContext) {
  if (!configured) return true;
  const evidence = versions('ingress-nginx', object.root.source.path);
  const since = (version: string): boolean => !evidence.guessed && isSince(evidence, version);
  const allowed = key('allow-snippet-annotations');
  if (booleanIn(allowed) === false || (allowed.state === 'absent' && since('1.9.1'))) return false;
  const level = key('annotations-risk-level');
  const text = textIn(level);
  if (text !== undefined) return text.toLowerCase() === 'critical' || evidence.guessed || !since('1.9.1');
  return !(level.state === 'absent' && since('1.12.0'));
}

/** The redirect to https that the controller's ConfigMap decides for Ingresses that do not; `undefined`: its default. */
export function redirectByConfigMap(controller: NginxController): Field<boolean> | undefined {
  if (!controller.configured) return undefined;
  if (standsBehind(controller)) return unknown;
  const forced = controller.key('force-ssl-redirect');
  return booleanIn(forced) === true ? booleanField(forced) : booleanField(controller.key('ssl-redirect'));
}

/** Where a load balancer before the controller ends TLS, it redirects as well, or nginx does by X-Forwarded-Proto. */
const standsBehind = ({ key }: NginxController): boolean =>
  ['use-forwarded-headers', 'use-proxy-protocol'].some(
    (name) => booleanIn(key(name)) !== false && key(name).state !== 'absent',
  );

/** Where `no-tls-redirect-locations` names the beginning of a path of the Ingress, challenges of ACME left out. */
export function exceptionFor(object: KubernetesObject, controller: NginxController): Span | undefined {
  const node = scalarIn(controller.key('no-tls-redirect-locations'));
  if (!node || standsBehind(controller)) return undefined;
  const paths = items(object.root, 'spec', 'rules')
    .flatMap((rule) => items(rule, 'http', 'paths'))
    .map((path) => text(path, 'path') ?? '/')
    .filter((path) => !path.startsWith(challenges));
  const entry = entriesOf(node).find(({ text: start }) => paths.some((path) => path.startsWith(start)));
  return entry?.span;
}

const challenges = '/.well-known/acme-challenge';

const entriesOf = (node: YamlScalar): readonly { readonly text: string; readonly span: Span }[] =>
  [...node.value.matchAll(/[^,\s]+/g)].map(({ 0: entry, index }) => ({
    text: entry,
    span: spanInScalar(node, index, index + entry.length),
  }));
