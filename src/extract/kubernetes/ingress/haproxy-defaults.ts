import { data } from '../../../../data/haproxy-ingress-controllers.yaml';
import type { Listener } from '../../../core/fact.ts';
import { byDefault, type Field, type Fields, written } from '../../../core/fact-builder.ts';
import { defaultsOf, type HaproxyDefaults } from '../../dialects/haproxy-defaults.ts';
import { bindFields, optionsOfText } from '../../dialects/haproxy-fields.ts';
import { noOptions, type OptionList } from '../../dialects/haproxy-options.ts';
import { suitesOfString } from '../../dialects/openssl-fields.ts';
import { isSince } from '../../versions.ts';
import type { KindContext } from '../kind.ts';

/** What a controller on HAProxy does of some version where nothing is written. The facts: data/haproxy-ingress-controllers.yaml. */
export interface ControllerDefaults {
  /** Of the HAProxy in its image. */
  readonly haproxy: HaproxyDefaults;
  /** The options of bind lines and of server lines that the controller writes. */
  readonly bindOptions: OptionList;
  readonly serverOptions: OptionList;
  /** What they make of a listener. */
  readonly listener: Fields<Listener>;
  readonly hstsSeconds: number;
  readonly reason: string;
  /** The version is a guess, or the controller is. */
  readonly guessed: boolean;
  /** That it is this controller is a guess: for what it does in every version. */
  readonly unsure: boolean;
}

export function controllerDefaults(
  product: keyof typeof data,
  path: string,
  { versions }: KindContext,
  alsoGuessed = false,
): ControllerDefaults {
  const table = data[product];
  const evidence = versions(product, path);
  const guessed = evidence.guessed || alsoGuessed;
  const { reason } = evidence;
  const at = <T extends { readonly since: string }>(rows: readonly T[]): T | undefined =>
    rows.find(({ since }) => isSince(evidence, since));
  const version = at(table.haproxy)?.version ?? '1.8';
  const haproxy = defaultsOf({ version, reason: `HAProxy ${version} in ${reason}`, guessed });
  const bindOptions = optionsIn(at(table.bindOptions)?.options);
  const { protocols } = bindFields(noOptions, bindOptions, haproxy);
  const ciphers = at(table.ciphers);
  const suites13 = ciphers?.suites13 ?? [];
  return {
    haproxy,
    bindOptions,
    serverOptions: optionsIn(at(table.serverOptions)?.options),
    listener: {
      protocols: asDefault(protocols, `the default of ${reason}`, guessed),
      ciphers: byDefault(suitesOfString(ciphers?.string ?? '', undefined), `the default of ${reason}`, guessed),
      sessionTickets: byDefault(false, `the default of ${reason}`, guessed),
      ...(suites13.length > 0 && { suites13: byDefault(suites13, `the default of ${reason}`, guessed) }),
    },
    hstsSeconds: table.hsts,
    reason,
    guessed,
    unsure: alsoGuessed,
  };
}

/** The controller's own options stand in no file of the repository: what they decide is a default. */
const optionsIn = (text: string | undefined): OptionList =>
  text === undefined ? noOptions : optionsOfText({ path: '', text }, 'bind');

/** What an option that stands in no file decides, as a default. */
export const asDefault = <T>(field: Field<T> | undefined, reason: string, guessed: boolean): Field<T> | undefined =>
  field && 'value' in field ? byDefault(field.value, reason, guessed) : field;

/** What options of the controller and of the repository decide together: a default where the former do. */
export function placed<T>(field: Field<T> | undefined, { reason, guessed }: ControllerDefaults): Field<T> | undefined {
  if (field?.origin !== 'written') return field;
  if (field.span.file === '') return byDefault(field.value, `the default of ${reason}`, guessed);
  const parts = Object.entries(field.parts ?? {}).filter(([, span]) => span.file !== '');
  return written(field.value, field.span, Object.fromEntries(parts));
}
