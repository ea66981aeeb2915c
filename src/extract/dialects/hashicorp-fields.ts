import type { Listener } from '../../core/fact.ts';
import { byDefault, type Field, unknown, written } from '../../core/fact-builder.ts';
import { spanOf } from '../../core/source.ts';
import type { HclBody } from '../../formats/hcl-tree.ts';
import { spanOfWord, type Word } from '../../formats/word.ts';
import { listSettingOf, settingOf } from './hashicorp-settings.ts';
import { readListenAddress } from './listen-address.ts';
import { type ProtocolsField, suiteListField } from './openssl-fields.ts';
import { flagOf } from './setting-fields.ts';

type ClientAuth = NonNullable<Listener['clientAuth']>;

/** `tls_cipher_suites`: names as Go spells them, in a list or with commas between them. */
export function cipherSuitesField(
  body: HclBody,
  protocols: ProtocolsField | undefined,
): Field<readonly string[]> | undefined {
  const list = listSettingOf(body, 'tls_cipher_suites');
  if (!list || (list.items.length === 0 && !list.whole.unknown)) return undefined;
  if (list.whole.unknown) return unknown;
  const { source, range } = list.whole;
  return suiteListField(list.items, spanOf(source, range.start, range.end), protocols);
}

/** Whether clients must show a certificate: a flag that is `required` or `otherwise`. */
export function clientAuthField(
  flag: Word | undefined,
  ca: Word | undefined,
  otherwise: ClientAuth['mode'],
  reason: string,
): Field<ClientAuth> {
  if (!flag) return byDefault({ mode: otherwise }, reason);
  const on = flagOf(flag);
  if (on === undefined) return unknown;
  const named = on && ca && !ca.unknown && ca.text !== '' ? { ca: ca.text } : {};
  return written({ mode: on ? 'required' : otherwise, ...named }, spanOfWord(flag));
}

/** `tls_skip_verify` of a block that connects somewhere; `reason` where it is not written. */
export function verifiedField(body: HclBody, reason: string): Field<boolean> {
  const skip = settingOf(body, 'tls_skip_verify');
  if (!skip) return byDefault(true, reason);
  const skipped = flagOf(skip);
  return skipped === undefined ? unknown : written(!skipped, spanOfWord(skip));
}

/** Where an agent listens: ports, and whether others can reach it. Several addresses stand in one text. */
export function listenFields(
  address: Word | undefined,
  port: Word | undefined,
  fallback: { readonly address: string; readonly port: number; readonly product: string },
): { readonly ports: Field<readonly number[]>; readonly exposure: Field<'internal' | 'external'> } {
  const reason = `${fallback.product} listens on ${fallback.address}:${fallback.port} unless told otherwise`;
  const read = address && !address.unknown ? address.text.split(/\s+/).map(readListenAddress) : [];
  const known = read.flatMap((found) => found ?? []);
  const undecided = address !== undefined && (address.unknown || known.length < read.length);
  const ports = known.flatMap((found) => found.ports);
  const place = port ?? address;
  return {
    ports: port
      ? portField(port)
      : undecided
        ? unknown
        : ports.length > 0 && place
          ? written(ports, spanOfWord(place))
          : byDefault([fallback.port], reason),
    exposure: undecided
      ? unknown
      : address
        ? written(known.every(({ exposure }) => exposure === 'internal') ? 'internal' : 'external', spanOfWord(address))
        : byDefault(readListenAddress(fallback.address)?.exposure ?? 'external', reason),
  };
}

const portField = (port: Word): Field<readonly number[]> =>
  port.unknown || !/^\d+$/.test(port.text) ? unknown : written([Number(port.text)], spanOfWord(port));
