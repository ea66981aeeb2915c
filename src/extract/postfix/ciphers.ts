import { byDefault, type Field, unknown, written } from '../../core/fact-builder.ts';
import { spanOfWord } from '../../formats/word.ts';
import { cipherStringField, listItems, type ProtocolsField, suitesOfString } from '../dialects/openssl-fields.ts';
import { isSince } from '../versions.ts';
import type { Side } from './protocols.ts';
import { type Scope, setting } from './settings.ts';

/** `tls_high_cipherlist` and the like (postconf -d of 3.7.11); `low` and `export` before 3.8. */
const gradeLists: Readonly<Record<string, string>> = {
  high: 'aNULL:-aNULL:HIGH:@STRENGTH',
  medium: 'aNULL:-aNULL:HIGH:MEDIUM:+RC4:@STRENGTH',
  low: 'aNULL:-aNULL:HIGH:MEDIUM:LOW:+RC4:@STRENGTH',
  export: 'aNULL:-aNULL:HIGH:MEDIUM:LOW:EXPORT:+RC4:@STRENGTH',
  null: 'eNULL:!aNULL',
};

/**
 * The suites where TLS is mandatory. A grade stands for a list that Postfix brings along: what `high` or `medium` hold is
 * Postfix's choice. A list that somebody writes, and the grades `null`, `low` and `export`, are theirs; the last two mean
 * `medium` since 3.8 (RELEASE_NOTES-3.8).
 */
export function mandatoryCiphers(
  scope: Scope,
  side: Side,
  protocols: ProtocolsField | undefined,
): Field<readonly string[]> | undefined {
  const gradeWord = setting(scope, `${side}_tls_mandatory_ciphers`);
  if (gradeWord?.unknown) return unknown;
  const named = gradeWord?.text.toLowerCase() ?? '';
  const renamed = /^(?:low|export)$/.test(named) && isSince(scope.version, '3.8');
  const grade = renamed || named === '' ? 'medium' : named;
  const exclusions = [`${side}_tls_exclude_ciphers`, `${side}_tls_mandatory_exclude_ciphers`].map((name) =>
    setting(scope, name),
  );
  if (exclusions.some((word) => word?.unknown)) return unknown;
  const appended = exclusions.flatMap((word) => (word ? listItems(word).map(({ text }) => `:!${text}`) : [])).join('');
  const list = setting(scope, `tls_${grade}_cipherlist`);
  if (list) return cipherStringField(list, protocols, { appended });
  const string = gradeLists[grade];
  if (string === undefined) return unknown;
  const suites = suitesOfString(`${string}${appended}`, protocols);
  return gradeWord && /^(?:null|low|export)$/.test(grade)
    ? written(suites, spanOfWord(gradeWord))
    : byDefault(suites, `tls_${grade}_cipherlist, which Postfix brings along`);
}
