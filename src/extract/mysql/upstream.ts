import type { Fact, Upstream } from '../../core/fact.ts';
import { buildFact, composite, type Field, unknown, written } from '../../core/fact-builder.ts';
import type { Span } from '../../core/source.ts';
import { spanOfWord } from '../../formats/word.ts';
import { reachOf } from '../../tls/reach.ts';
import { protocolList } from './listener.ts';
import { type Option, option, type Scope, switched } from './options.ts';

type Place = (entry: Option['entry']) => Span;

/** The server that a client section names, where the section says anything of TLS. */
export function serverOf(scope: Scope, section: string, place: Place): Fact<Upstream> | undefined {
  const host = option(scope, 'host')?.value;
  if (!host || host.text === '') return undefined;
  const mode = option(scope, 'ssl-mode');
  const check = option(scope, 'ssl-verify-server-cert');
  const ssl = option(scope, 'ssl');
  const versions = option(scope, 'tls-version')?.value;
  const ca = option(scope, 'ssl-ca')?.value;
  const certificate = option(scope, 'ssl-cert')?.value;
  if (![mode, check, ssl, versions, ca].some((found) => found !== undefined)) return undefined;
  const off = ssl && switched(ssl) === false ? ssl : modeOf(mode) === 'DISABLED' ? mode : undefined;
  return buildFact<Upstream>(
    { technology: 'mysql', subject: `[${section}] ${host.unknown ? 'host' : host.text}`, self: spanOfWord(host) },
    { kind: 'upstream' },
    {
      target: host.unknown ? unknown : written(host.text, spanOfWord(host)),
      exposure: host.unknown ? unknown : written(reachOf(host.text), spanOfWord(host)),
      tls: off ? written(false, placeOf(off, place)) : encrypted([mode, check, ssl], place),
      verify: off ? undefined : verificationOf(mode, check, place),
      protocols: versions && !off ? protocolList(versions) : undefined,
      ca: ca && !ca.unknown && ca.text !== '' ? written(ca.text, spanOfWord(ca)) : undefined,
      clientCertificate:
        certificate && !certificate.unknown && certificate.text !== ''
          ? written(certificate.text, spanOfWord(certificate))
          : undefined,
    },
  );
}

const modeOf = (mode: Option | undefined): string | undefined =>
  mode?.value && !mode.value.unknown ? mode.value.text.toUpperCase() : undefined;

const placeOf = (found: Option, place: Place): Span => (found.value ? spanOfWord(found.value) : place(found.entry));

/** Whether TLS is used in any case. `PREFERRED`, the default, does without where the server has none. */
function encrypted(
  [mode, check, ssl]: readonly [Option | undefined, Option | undefined, Option | undefined],
  place: Place,
): Field<boolean> | undefined {
  if (mode) {
    const name = modeOf(mode);
    if (name === undefined) return unknown;
    return /^(?:REQUIRED|VERIFY_CA|VERIFY_IDENTITY)$/.test(name) ? written(true, placeOf(mode, place)) : undefined;
  }
  const on = [check, ssl].find((found) => found && switched(found) !== undefined);
  return on && written(true, placeOf(on, place));
}

/**
 * `ssl-mode` (MySQL): `REQUIRED` checks nothing, `VERIFY_CA` the chain, `VERIFY_IDENTITY` the name too.
 * `ssl-verify-server-cert` (MariaDB, MySQL before 8.0) does both or nothing.
 */
function verificationOf(
  mode: Option | undefined,
  check: Option | undefined,
  place: Place,
): Field<NonNullable<Upstream['verify']>> | undefined {
  const both = (found: Option, chain: boolean, hostname: boolean) =>
    composite<NonNullable<Upstream['verify']>>({
      chain: written(chain, placeOf(found, place)),
      hostname: written(hostname, placeOf(found, place)),
    });
  if (mode) {
    const name = modeOf(mode);
    if (name === undefined) return unknown;
    if (name === 'VERIFY_CA') return both(mode, true, false);
    if (name === 'VERIFY_IDENTITY') return both(mode, true, true);
    return name === 'REQUIRED' ? both(mode, false, false) : undefined;
  }
  if (!check) return undefined;
  const on = switched(check);
  return on === undefined ? unknown : both(check, on, on);
}
