import { type Field, unknown, written } from '../../core/fact-builder.ts';
import type { Span } from '../../core/source.ts';
import { type NginxArgument, type NginxDirective, spanOfArgument } from '../../formats/nginx.ts';
import type { Word } from '../../formats/word.ts';

/** What is in force of a directive, by its name. */
export type Lookup = (name: string) => Setting;

export type Setting =
  | {
      readonly state: 'written';
      /** All of them on the level that counts, in order. */
      readonly directives: readonly [NginxDirective, ...NginxDirective[]];
      /** Something that cannot be seen may add more on that level. */
      readonly open: boolean;
    }
  | { readonly state: 'absent' }
  /** An include that is not there, or a template, may set it. */
  | { readonly state: 'unknown' };

export const absent: Setting = { state: 'absent' };
export const hidden: Setting = { state: 'unknown' };

/**
 * The setting that directives of one name on one level make. Branches of a template that disagree make it unknown: only
 * one of them will be there.
 */
export function settingOf(directives: readonly NginxDirective[], open: boolean): Setting {
  const [first, ...rest] = directives;
  if (!first) return open ? hidden : absent;
  const disputed =
    directives.some(({ conditional }) => conditional) && rest.some((other) => textOf(other) !== textOf(first));
  return disputed ? hidden : { state: 'written', directives: [first, ...rest], open };
}

const textOf = (directive: NginxDirective): string => JSON.stringify(directive.arguments.map(({ value }) => value));

/** The value of an argument that holds neither a variable nor a template expression. */
export const literal = (argument: NginxArgument | undefined): string | undefined =>
  argument && !argument.templated && !/\$[\w{]|@@\w+@@|%%\w+%%/.test(argument.value) ? argument.value : undefined;

/** The first argument of what is in force: its value, and where that stands. */
export function firstArgument(setting: Setting):
  | {
      readonly value: string | undefined;
      readonly span: Span;
      readonly directive: NginxDirective;
      readonly argument: NginxArgument;
    }
  | undefined {
  if (setting.state !== 'written') return undefined;
  const directive = setting.directives.at(-1) ?? setting.directives[0];
  const argument = directive.arguments[0];
  return argument && { value: literal(argument), span: spanOfArgument(directive, argument), directive, argument };
}

/** A directive's argument, as a word of any configuration file. */
export const wordOf = ({
  value,
  directive,
  argument,
}: {
  readonly value: string | undefined;
  readonly directive: NginxDirective;
  readonly argument: NginxArgument;
}): Word => ({
  text: argument.value,
  source: directive.source,
  range: argument.content,
  unknown: value === undefined,
});

/** `on` or `off`; `undefined` where neither is written. Case does not matter (ngx_conf_set_flag_slot). */
export function flag(look: Lookup, name: string): Field<boolean> | undefined {
  const setting = look(name);
  if (setting.state === 'unknown') return unknown;
  const first = firstArgument(setting);
  if (!first) return undefined;
  const value = first.value?.toLowerCase();
  return value === 'on' || value === 'off' ? written(value === 'on', first.span) : unknown;
}

/** The text of a directive's first argument. */
export function text(look: Lookup, name: string): Field<string> | undefined {
  const setting = look(name);
  if (setting.state === 'unknown') return unknown;
  const first = firstArgument(setting);
  if (!first) return undefined;
  return first.value === undefined ? unknown : written(first.value, first.span);
}

/** One `ssl_conf_command name value;` (SSL_CONF_cmd(3)), applied after all other settings. */
export interface ConfCommand {
  readonly value: string | undefined;
  readonly span: Span;
  readonly directive: NginxDirective;
  readonly argument: NginxArgument;
}

/** The commands in force of these names, compared without case. A level that cannot be seen whole counts as none. */
export function confCommands(look: Lookup, prefix: string, ...names: readonly string[]): readonly ConfCommand[] {
  const setting = look(`${prefix}ssl_conf_command`);
  if (setting.state !== 'written') return [];
  return setting.directives.flatMap((directive) => {
    const [name, argument] = directive.arguments;
    const wanted = name && names.some((one) => one.toLowerCase() === name.value.toLowerCase());
    return wanted && argument
      ? [{ value: literal(argument), span: spanOfArgument(directive, argument), directive, argument }]
      : [];
  });
}

/** Whether the commands switch an `Options` flag on or off: `-SessionTicket`, `AntiReplay`. The last one counts. */
export function optionFlag(look: Lookup, prefix: string, name: string): Field<boolean> | undefined {
  const found = confCommands(look, prefix, 'Options').flatMap(({ value, span }) =>
    (value ?? '').split(',').flatMap((item) => {
      const [, sign, option = ''] = /^([+-]?)(.*)$/.exec(item.trim()) ?? [];
      return option.toLowerCase() === name.toLowerCase() ? [written(sign !== '-', span)] : [];
    }),
  );
  return found.at(-1);
}
