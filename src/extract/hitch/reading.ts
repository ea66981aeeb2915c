import { data } from '../../../data/hitch-defaults.yaml';
import type { CertificateReference, Fact, Listener, ProtocolVersion } from '../../core/fact.ts';
import { buildFact, byDefault, type Field, unknown, written } from '../../core/fact-builder.ts';
import { type Range, type Source, type Span, spanOf } from '../../core/source.ts';
import type { Extraction, Unit, VersionEvidence, Versions } from '../../core/technology.ts';
import { type HitchSetting, parseHitch } from '../../formats/hitch.ts';
import { spanOfWord, type Word } from '../../formats/word.ts';
import { parseProtocol } from '../../tls/protocols.ts';
import { usesFiniteField } from '../../tls/suites.ts';
import { readListenAddress } from '../dialects/listen-address.ts';
import {
  cipherStringField,
  groupListField,
  listItems,
  type ProtocolsField,
  protocolSetField,
  suitesOfString,
} from '../dialects/openssl-fields.ts';
import { suites13Field } from '../dialects/suites13-field.ts';
import { isSince } from '../versions.ts';

/** One place where connections are accepted, and the settings for it: its own, then those of the whole file. */
interface Frontend {
  readonly name: string;
  readonly head: Range;
  readonly own: readonly HitchSetting[];
  readonly global: readonly HitchSetting[];
  /** `[host]:port` or `[host]:port+certificate`, where it is not written as a block. */
  readonly address: Word | undefined;
  readonly source: Source;
  readonly open: boolean;
}

/** What one file says. */
export function readHitch({ sources: [source] }: Unit, versions: Versions): Extraction {
  const { settings, open, diagnostics } = parseHitch(source);
  if (!settings.some(({ key }) => key === 'frontend' || /^pem-(?:file|dir)$/.test(key))) return nothing;
  const technology = /(?:^|\/)tls\.cfg/.test(source.held?.name ?? source.path) ? 'varnish' : 'hitch';
  const version = versions('hitch', source.path);
  return { facts: frontendsIn(settings, source, open).map((one) => listener(one, technology, version)), diagnostics };
}
const nothing: Extraction = { facts: [], diagnostics: [] };

/** Without a frontend hitch listens on `[*]:8443`. */
function frontendsIn(settings: readonly HitchSetting[], source: Source, open: boolean): readonly Frontend[] {
  const common = { global: settings, source, open };
  const written = settings.flatMap((setting): readonly Frontend[] => {
    if (setting.key !== 'frontend') return [];
    const own = setting.block ?? [];
    const [address] = setting.values;
    const host = last(own, 'host');
    const port = last(own, 'port');
    const name = address?.text ?? `[${host?.text ?? '*'}]:${port?.text ?? '8443'}`;
    return [{ ...common, name, head: address?.range ?? setting.keyRange, own, address }];
  });
  const first = settings.find(({ key }) => /^pem-(?:file|dir)$/.test(key));
  return written.length > 0 || open || !first
    ? written
    : [{ ...common, name: '[*]:8443', head: first.keyRange, own: [], address: undefined }];
}

function listener(frontend: Frontend, technology: string, version: VersionEvidence): Fact<Listener> {
  const protocols = protocolsOf(frontend, version);
  const suites13 = setting(frontend, 'ciphersuites');
  const groups = last(frontend.global, 'ecdh-curve');
  const prefer = setting(frontend, 'prefer-server-ciphers');
  return buildFact<Listener>(
    { technology, subject: `frontend ${frontend.name}`, self: spanIn(frontend, frontend.head) },
    { kind: 'listener', tls: true },
    {
      ...addressOf(frontend),
      protocols,
      ciphers: ciphersOf(frontend, protocols, version),
      ...(suites13 && { suites13: suites13Field(suites13) }),
      ...(groups && groups.text !== 'auto' && { groups: groupListField(listItems(groups), spanOfWord(groups)) }),
      preferServerCiphers: prefer
        ? flagField(prefer)
        : absent(frontend, byDefault(false, 'hitch leaves the choice of the suite to the client')),
      clientAuth: clientAuthOf(frontend),
      certificates: certificatesOf(frontend),
    },
  );
}

function addressOf({ address, own, source, head }: Frontend) {
  const host = last(own, 'host');
  const port = last(own, 'port');
  if (address?.unknown || host?.unknown || port?.unknown) return { ports: unknown, exposure: unknown };
  const text = address?.text.replace(/\+.*$/, '') ?? `[${host?.text ?? '*'}]:${port?.text ?? '8443'}`;
  // Brackets stand around every host, also around names and `*`.
  const [, name = '', number = ''] = /^\[([^\]]*)\]:(\d+)$/.exec(text) ?? [];
  const where = readListenAddress(name.includes(':') ? `[${name}]:${number}` : `${name}:${number}`);
  if (!where) return { ports: unknown, exposure: unknown };
  const place = address ? spanOfWord(address) : spanOf(source, head.start, head.end);
  return {
    ports: written(where.ports, port ? spanOfWord(port) : place),
    exposure: written(where.exposure, host ? spanOfWord(host) : place),
  };
}

/** `tls-protos` is the exact set; `tls = on` and `ssl = on` are old names for groups, and `off` has no effect. */
function protocolsOf(frontend: Frontend, evidence: VersionEvidence): ProtocolsField {
  for (const scope of [frontend.own, frontend.global]) {
    const list = scope.find(({ key }) => key === 'tls-protos');
    if (list) return listedProtocols(list, spanIn(frontend, list.keyRange));
    for (const key of ['tls', 'ssl'] as const) {
      const word = last(scope, key);
      if (word?.unknown) return unknown;
      if (word && isOn(word)) return written(data[key], spanOfWord(word));
    }
  }
  const { version, reason, guessed } = evidence;
  const row = data.protocols.find(({ since }) => isSince({ version }, since));
  return absent(frontend, byDefault(row?.protocols ?? [], `the default of ${reason}`, guessed));
}

function listedProtocols({ values }: HitchSetting, whole: Span): ProtocolsField {
  if (values.some((word) => word.unknown)) return unknown;
  const on = new Map<ProtocolVersion, Span>();
  for (const word of values) {
    const version = parseProtocol(word.text);
    if (version) on.set(version, spanOfWord(word));
  }
  return on.size > 0 ? protocolSetField(on, whole) : unknown;
}

function ciphersOf(
  frontend: Frontend,
  protocols: ProtocolsField,
  { version, reason, guessed }: VersionEvidence,
): Field<readonly string[]> {
  const word = setting(frontend, 'ciphers');
  if (word) return cipherStringField(word, protocols, { unusable: usesFiniteField });
  const row = data.ciphers.find(({ since }) => isSince({ version }, since));
  const string = row?.ciphers ?? 'DEFAULT';
  return absent(
    frontend,
    byDefault(
      suitesOfString(string, protocols).filter((suite) => !usesFiniteField(suite)),
      `${string}, the default of ${reason}`,
      guessed,
    ),
  );
}

/** The frontend's `client-verify`, else the file's. One that stands at a certificate (1.8) counts for that name only. */
function clientAuthOf(frontend: Frontend): Field<NonNullable<Listener['clientAuth']>> {
  const { own, global } = frontend;
  if ([...own, ...global].some(({ key, block }) => key === 'pem-file' && block && last(block, 'client-verify')))
    return unknown;
  const word = setting(frontend, 'client-verify');
  if (!word)
    return absent(frontend, byDefault({ mode: 'none' }, 'hitch asks for no client certificate unless told to'));
  const mode = (['none', 'optional', 'required'] as const).find((known) => known === word.text);
  if (word.unknown || !mode) return unknown;
  const ca = mode === 'none' ? undefined : setting(frontend, 'client-verify-ca');
  const named = ca && !ca.unknown ? ca : undefined;
  return written({ mode, ...(named && { ca: named.text }) }, spanOfWord(word), named && { ca: spanOfWord(named) });
}

/** `pem-file`, as text or with its parts in a block, and `frontend = "[host]:port+file"`. */
function certificatesOf({ own, global, address }: Frontend): Field<readonly CertificateReference[]> | undefined {
  const files = [...own, ...global].flatMap(({ key, values, block }) => {
    if (key !== 'pem-file') return [];
    return block ? (last(block, 'cert') ?? []) : values;
  });
  const [first] = files;
  if (address?.text.includes('+') || !first) return undefined;
  if (files.some((word) => word.unknown)) return unknown;
  return written(
    files.map(({ text }) => ({ from: 'file', ref: text })),
    spanOfWord(first),
    Object.fromEntries(files.map((word, index) => [String(index), spanOfWord(word)])),
  );
}

const last = (settings: readonly HitchSetting[], name: string): Word | undefined =>
  settings.findLast(({ key }) => key === name)?.values[0];

const setting = ({ own, global }: Frontend, key: string): Word | undefined => last(own, key) ?? last(global, key);

/** A default, unless a template brings in what is not to be seen. */
const absent = <T>({ open }: Frontend, field: Field<T>): Field<T> => (open ? unknown : field);

const isOn = ({ text }: Word): boolean => /^(?:yes|y|on|true|t)$/i.test(text);
const flagField = (word: Word): Field<boolean> => (word.unknown ? unknown : written(isOn(word), spanOfWord(word)));
const spanIn = ({ source }: Frontend, { start, end }: Range): Span => spanOf(source, start, end);
