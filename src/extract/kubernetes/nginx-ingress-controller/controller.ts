import { data as defaults } from '../../../../data/nginx-ingress-controller-defaults.yaml';
import type { Listener, ProtocolVersion } from '../../../core/fact.ts';
import { byDefault, composite, type Field, unknown } from '../../../core/fact-builder.ts';
import { isSince } from '../../versions.ts';
import { type ControllerSettings, controllerSettings } from '../ingress/config-maps.ts';
import { type ControllerFlags, certificateOfFlag, controllerFlags } from '../ingress/controller-flags.ts';
import type { KindContext } from '../kind.ts';
import type { KubernetesObject } from '../objects.ts';
import { booleanField, booleanIn, fieldFrom, type Setting } from '../settings.ts';

export const technology = 'nginx-ingress-controller';

/** What the repository says of the controller that serves an object: its flags and its ConfigMap. */
export interface F5Controller extends ControllerSettings {
  readonly flags: ControllerFlags | undefined;
}

const image = /(^|\/)(nginx-ingress|nginx-plus-ingress)(@|:)/;

/** What is at hand of the controller that serves `object`. */
export const controllerFor = (object: KubernetesObject, context: KindContext): F5Controller => ({
  flags: controllerFlags(object, image, context),
  ...controllerSettings(object, technology, context),
});

/** The certificate of hosts that have none of their own (flag `-wildcard-tls-secret`). */
export const wildcardCertificate = ({ flags }: F5Controller): Field<NonNullable<Listener['certificates']>> =>
  certificateOfFlag(flags, 'wildcard-tls-secret');

/** Whether a flag that is off by default may be on: it is not where the controller is here, and not told so. */
export function mayBeOn({ flags }: F5Controller, name: string): boolean {
  if (!flags) return true;
  const word = flags.get(name);
  return word ? word.unknown || word.text !== 'false' : flags.open;
}

/**
 * The versions that are in force where no ConfigMap says which: those of the nginx in the controller's image. Where the
 * ConfigMap is here, it has a fact of its own.
 */
export function protocolsByDefault(
  object: KubernetesObject,
  { versions }: KindContext,
  alsoGuessed = false,
): Field<readonly ProtocolVersion[]> {
  const { version, reason, guessed } = versions(technology, object.root.source.path);
  const row = defaults.protocols.find(({ since }) => isSince({ version }, since));
  return row ? byDefault(row.protocols, `the default of nginx in ${reason}`, guessed || alsoGuessed) : unknown;
}

/**
 * The header where `hsts` is on. Where it is off, which is the default, an application behind may send it. Source:
 * internal/configs/version1/nginx.ingress.tmpl and config_params.go of 5.5.4.
 */
export function hstsBy(key: (name: string) => Setting): Field<NonNullable<Listener['hsts']>> {
  const enabled = key('hsts');
  if (booleanIn(enabled) !== true) return unknown;
  const reason = "F5's controller sends HSTS for 30 days unless hsts-max-age says otherwise";
  return composite<NonNullable<Listener['hsts']>>({
    maxAgeSeconds: fieldFrom(key('hsts-max-age'), seconds) ?? byDefault(defaults.hstsMaxAge, reason),
    includeSubDomains:
      booleanField(key('hsts-include-subdomains')) ??
      byDefault(false, "F5's controller leaves subdomains out of HSTS unless told otherwise"),
  });
}

const seconds = (value: string): number | undefined => (/^\d+$/.test(value) ? Number(value) : undefined);
