import type { CertificateReference, Listener } from '../../core/fact.ts';
import { byDefault, type Field, type Fields, unknown, written } from '../../core/fact-builder.ts';
import { spanOfWord, splitWord, type Word } from '../../formats/word.ts';
import { cipherStringField, groupListField, listItems, type ProtocolsField } from '../dialects/openssl-fields.ts';
import type { ApacheDefaults } from './defaults.ts';
import type { Setting } from './expand.ts';
import { confCommands, flag, gathered, inForce, type Level, text } from './settings.ts';

/** What the directives of mod_ssl make of a server; `first` is the first virtual host of its address. */
export function settingsOf(
  level: Level,
  first: Level,
  protocols: ProtocolsField,
  defaults: ApacheDefaults,
): Fields<Listener> {
  return {
    protocols,
    ciphers: ciphersOf(level, protocols, defaults),
    suites13: suites13Of(level, protocols, defaults),
    groups: groupsOf(first),
    preferServerCiphers:
      optionOf(level, first, 'sslhonorcipherorder', 'serverpreference', true) ??
      byDefault(false, 'Apache leaves the choice of the suite to the client unless told otherwise'),
    sessionTickets:
      optionOf(level, first, 'sslsessiontickets', 'sessionticket', false) ??
      byDefault(true, 'Apache issues session tickets unless told not to'),
    ocspStapling: flag(level, 'sslusestapling') ?? byDefault(false, 'Apache staples no OCSP response unless told to'),
    clientAuth: clientAuthOf(level),
    certificates: certificatesOf(level),
  };
}

/**
 * What a flag makes of one of OpenSSL's options. Switching to the server of a name adds options and takes none away: what
 * the first one sets, stays. `Options` commands come after the directive.
 */
function optionOf(
  level: Level,
  first: Level,
  directive: string,
  option: string,
  sticky: boolean,
): Field<boolean> | undefined {
  const at = (one: Level): Field<boolean> | undefined => optionFlag(one, option) ?? flag(one, directive);
  const before = at(first);
  return before?.origin === 'written' && before.value === sticky ? before : at(level);
}

/** Whether the commands switch an option on or off: `Options -SessionTicket`. The last one counts. */
function optionFlag(level: Level, option: string): Field<boolean> | undefined {
  return confCommands(level, 'options')
    .flatMap(({ value }) => splitWord(value, /,/))
    .flatMap((item) => {
      const [, sign, name = ''] = /^([+-]?)(.*)$/.exec(item.text.trim()) ?? [];
      return name.toLowerCase() === option ? [written(sign !== '-', spanOfWord(item))] : [];
    })
    .at(-1);
}

/**
 * TLS 1.2 and older suites: `SSLCipherSuite [SSL] list`, or the `CipherString` command, which wins. httpd appends
 * `:!aNULL:!eNULL:!EXP` to either (ssl_engine_config.c; observed on 2.4.71).
 */
export function ciphersOf(level: Level, protocols: ProtocolsField, defaults: ApacheDefaults): Field<readonly string[]> {
  const command = confCommands(level, 'cipherstring').at(-1);
  if (command) return cipherStringField(command.value, protocols, { appended: defaults.appendedCiphers });
  const found = inForce(level, 'sslciphersuite', (setting) => isTagged(setting, 'SSL'));
  const string = found.state === 'written' ? found.setting.words.at(-1) : undefined;
  if (string) return cipherStringField(string, protocols, { appended: defaults.appendedCiphers });
  if (found.state !== 'absent' || !('value' in protocols)) return unknown;
  return byDefault(defaults.ciphers(protocols), 'DEFAULT, as Apache leaves the list to OpenSSL');
}

/** Whether a list of suites is for `SSL`, which it is without a tag, or for `TLSv1.3`; a tag that is not known is for both. */
const isTagged = ({ words: [first, second] }: Setting, tag: 'SSL' | 'TLSv1.3'): boolean =>
  second && first ? first.unknown || first.text === tag : tag === 'SSL';

/** `SSLCipherSuite TLSv1.3 list`; the `Ciphersuites` command wins. */
function suites13Of(level: Level, protocols: ProtocolsField, { suites13 }: ApacheDefaults): Field<readonly string[]> {
  const off = 'value' in protocols && !protocols.value.includes('TLSv1.3');
  const found = inForce(level, 'sslciphersuite', (setting) => isTagged(setting, 'TLSv1.3'));
  const list =
    confCommands(level, 'ciphersuites').at(-1)?.value ??
    (found.state === 'written' ? found.setting.words[1] : undefined);
  if (list) return off ? written([], spanOfWord(list)) : suiteNames(list);
  if (found.state === 'unknown' || !('value' in protocols)) return unknown;
  return byDefault(off ? [] : suites13, 'OpenSSL decides, where Apache is told nothing');
}

function suiteNames(list: Word): Field<readonly string[]> {
  const items = listItems(list);
  if (list.unknown) return unknown;
  return written(
    items.map((item) => item.text),
    spanOfWord(list),
    Object.fromEntries(items.map((item, index) => [String(index), spanOfWord(item)])),
  );
}

function groupsOf(level: Level): Field<readonly string[]> | undefined {
  const list = confCommands(level, 'curves', 'groups').at(-1)?.value;
  return list && groupListField(listItems(list), spanOfWord(list));
}

const clientAuthModes = {
  none: 'none',
  optional: 'optional',
  require: 'required',
  optional_no_ca: 'request',
} as const;

/** `SSLVerifyClient`; `optional_no_ca` takes any certificate. What single folders ask for comes after the handshake. */
function clientAuthOf(level: Level): Field<NonNullable<Listener['clientAuth']>> {
  const asked = text(level, 'sslverifyclient');
  if (!asked) return byDefault({ mode: 'none' }, 'Apache asks for no client certificate unless told to');
  if (asked.origin !== 'written') return unknown;
  const mode = Object.entries(clientAuthModes).find(([name]) => name === asked.value.toLowerCase())?.[1];
  if (!mode) return unknown;
  const ca = text(level, 'sslcacertificatefile') ?? text(level, 'sslcacertificatepath');
  const named = mode !== 'none' && ca?.origin === 'written' ? ca : undefined;
  return written({ mode, ...(named && { ca: named.value }) }, asked.span, {
    mode: asked.span,
    ...(named && { ca: named.span }),
  });
}

/** `SSLCertificateFile`, several for several key types; `MDomain` has mod_md get them. */
function certificatesOf(level: Level): Field<readonly CertificateReference[]> | undefined {
  const { settings, open } = gathered(level, 'sslcertificatefile');
  const files = settings.flatMap(({ words: [file] }) => file ?? []);
  const [firstFile] = files;
  if (!firstFile) {
    const managed = gathered(level, 'mdomain').settings[0]?.words[0];
    if (managed) return written([{ from: 'acme' }], spanOfWord(managed));
    return open ? unknown : undefined;
  }
  if (files.some((file) => file.unknown)) return unknown;
  return written(
    files.map(
      (file): CertificateReference => ({
        from: file.text.startsWith('pkcs11:') ? 'managed' : 'file',
        ref: file.text,
      }),
    ),
    spanOfWord(firstFile),
    Object.fromEntries(files.map((file, index) => [String(index), spanOfWord(file)])),
  );
}
