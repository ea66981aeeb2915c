import type { Listener, Upstream } from '../../core/fact.ts';
import { byDefault, composite, type Field, unknown, written } from '../../core/fact-builder.ts';
import { spanOfWord, type Word } from '../../formats/word.ts';
import { allOf, isYes, lastOf, type Service, settingsOf } from './services.ts';

/** What stunnel does with the other side's certificate, and the value that decided each part. */
interface Checks {
  /** A certificate is asked for. */
  readonly request?: Word;
  /** Connections without one are refused. */
  readonly require?: Word;
  /** It must lead to a root in `CAfile` or `CApath`. */
  readonly chain?: Word;
  /** It must itself be in `CAfile` or `CApath`. */
  readonly peer?: Word;
}

/**
 * The state after `verify`, `verifyChain`, `verifyPeer` and `requireCert` in their order; `undefined` where one of them
 * is unknown. `verify` sets all of it: 0 asks and ignores, 1 checks a chain if there is one, 2 requires it, 3 also
 * compares with the certificates at hand, 4 only does that. Source: options.c of 5.75.
 */
function checksOf(service: Service): Checks | undefined {
  let checks: Checks = {};
  for (const { key, value } of settingsOf(service, ['verify', 'verifyChain', 'verifyPeer', 'requireCert'])) {
    const name = key.toLowerCase();
    if (value.unknown) return undefined;
    const on = isYes(value);
    const asked = on ? { request: value, require: value } : {};
    if (name === 'verify') checks = checksOfLevel(value);
    else if (name === 'requirecert') {
      const { require: _before, ...others } = checks;
      checks = { ...others, ...asked };
    } else {
      const part = name === 'verifychain' ? 'chain' : 'peer';
      const { [part]: _before, ...others } = checks;
      checks = { ...others, ...asked, ...(on && { [part]: value }) };
    }
  }
  return checks;
}

function checksOfLevel(value: Word): Checks {
  const level = Number(value.text);
  return {
    request: value,
    ...(level >= 2 && { require: value }),
    ...(level >= 1 && level <= 3 && { chain: value }),
    ...(level >= 3 && { peer: value }),
  };
}

/** The last value of those that could have switched verification on. */
const switches = (service: Service): Word | undefined =>
  settingsOf(service, ['verify', 'verifyChain', 'verifyPeer']).at(-1)?.value;

/**
 * A client checks nothing by itself. `verifyPeer` compares with certificates at hand, which settles the name as well;
 * otherwise the name counts only where `checkHost`, `checkIP` or `checkEmail` give one. A shared key (`PSKsecrets`) can
 * take the place of certificates.
 */
export function upstreamVerification(service: Service): Field<NonNullable<Upstream['verify']>> {
  const checks = checksOf(service);
  if (!checks || lastOf(service, 'PSKsecrets')) return unknown;
  const checked = checks.peer ?? checks.chain;
  const off = switches(service);
  const names = ['checkHost', 'checkIP', 'checkEmail'].flatMap((key) => allOf(service, key));
  const [named] = names;
  return composite<NonNullable<Upstream['verify']>>({
    chain: checked
      ? written(true, spanOfWord(checked))
      : off
        ? written(false, spanOfWord(off))
        : service.open
          ? unknown
          : byDefault(false, 'stunnel verifies no certificate unless verifyChain or verifyPeer says so'),
    hostname: checks.peer
      ? written(true, spanOfWord(checks.peer))
      : named
        ? written(checked !== undefined, spanOfWord(named))
        : service.open
          ? unknown
          : byDefault(false, 'stunnel compares no name unless checkHost gives one'),
  });
}

/** Who must show a certificate. `redirect` lets those without a good one in, to another place. */
export function clientAuthOf(service: Service): Field<NonNullable<Listener['clientAuth']>> {
  const checks = checksOf(service);
  if (!checks) return unknown;
  const { request, require, chain, peer } = checks;
  const deciding = peer ?? chain ?? request;
  if (!deciding)
    return service.open
      ? unknown
      : byDefault({ mode: 'none' }, 'stunnel asks for no client certificate unless told to');
  const ca = lastOf(service, 'CAfile') ?? lastOf(service, 'CApath');
  const verified = chain !== undefined || peer !== undefined;
  const required = require !== undefined && !lastOf(service, 'redirect');
  const named = verified && ca && !ca.unknown ? ca : undefined;
  return written(
    { mode: verified ? (required ? 'required' : 'optional') : 'request', ...(named && { ca: named.text }) },
    spanOfWord(deciding),
    named && { ca: spanOfWord(named) },
  );
}
