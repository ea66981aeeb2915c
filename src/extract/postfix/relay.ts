import type { Fact, Upstream } from '../../core/fact.ts';
import { buildFact, byDefault, composite, type Field, unknown, written } from '../../core/fact-builder.ts';
import { spanOfWord, type Word } from '../../formats/word.ts';
import { reachOf } from '../../tls/reach.ts';
import { isSince } from '../versions.ts';
import { mandatoryCiphers } from './ciphers.ts';
import { mandatoryProtocols, opportunisticProtocols } from './protocols.ts';
import { isOn, type Scope, setting, textOf } from './settings.ts';

/**
 * Where Postfix sends mail to. The relay host is one `upstream`. Without one mail goes to whatever servers the world
 * names, whose certificates need not be good for anything: that is an upstream only where TLS is mandatory for all of
 * them, and it says nothing of verification.
 */
export function mailUpstream(scope: Scope): Fact<Upstream> | undefined {
  const relay = setting(scope, 'relayhost');
  const level = clientLevel(scope);
  if (relay && relay.text !== '') return relayUpstream(scope, relay, level);
  if (!level?.word || !isMandatory(level.name)) return undefined;
  const protocols = mandatoryProtocols(scope, 'smtp');
  return buildFact<Upstream>(
    { technology: 'postfix', subject: 'mail to other servers', self: spanOfWord(level.word) },
    { kind: 'upstream', exposure: 'external' },
    {
      tls: written(true, spanOfWord(level.word)),
      protocols,
      ciphers: mandatoryCiphers(scope, 'smtp', protocols),
    },
  );
}

function relayUpstream(scope: Scope, relay: Word, level: Level | undefined): Fact<Upstream> {
  const target = relay.unknown ? undefined : relay.text;
  const head = {
    technology: 'postfix',
    subject: target ? `relay ${target}` : 'the relay host',
    self: spanOfWord(relay),
  };
  const exposure = target === undefined ? unknown : written(reachOf(hostOf(target)), spanOfWord(relay));
  const place = target === undefined ? unknown : written(target, spanOfWord(relay));
  if (!level)
    return buildFact<Upstream>(head, { kind: 'upstream' }, { target: place, exposure, tls: unknown, verify: unknown });
  const mandatory = isMandatory(level.name);
  const protocols = mandatory ? mandatoryProtocols(scope, 'smtp') : opportunisticProtocols(scope, 'smtp');
  const off = level.name === 'none';
  return buildFact<Upstream>(
    head,
    { kind: 'upstream' },
    {
      target: place,
      exposure,
      tls: origin(level, !off),
      verify: off ? undefined : verificationOf(scope, level),
      protocols: off ? undefined : protocols,
      ciphers: mandatory ? mandatoryCiphers(scope, 'smtp', protocols) : undefined,
      ca: off ? undefined : authorityOf(scope),
    },
  );
}

interface Level {
  readonly name: string;
  /** What says so; absent for the default. */
  readonly word: Word | undefined;
}

const isMandatory = (level: string): boolean => /^(?:encrypt|verify|secure|dane-only|fingerprint)$/.test(level);

/**
 * `smtp_tls_security_level`, else what the switches of Postfix 2.2 mean; unset it is `may` from 3.11 on where
 * `compatibility_level` says so (RELEASE_NOTES-3.11), and no TLS otherwise. Wrapper mode needs `encrypt`, at least.
 */
function clientLevel(scope: Scope): Level | undefined {
  const word = setting(scope, 'smtp_tls_security_level');
  if (word?.unknown) return undefined;
  if (word && word.text !== '') return { name: word.text.toLowerCase(), word };
  for (const [name, on] of switches) {
    const value = setting(scope, name);
    if (value?.unknown) return undefined;
    if (value?.text.toLowerCase() === 'yes') return { name: on, word: value };
  }
  if (!scope.whole) return undefined;
  const compatibility = textOf(scope, 'compatibility_level') ?? '0';
  const modern = [compatibility, scope.version.version].every((version) => isSince({ version }, '3.11'));
  return { name: modern ? 'may' : 'none', word: undefined };
}

const switches = [
  ['smtp_enforce_tls', 'verify'],
  ['smtp_use_tls', 'may'],
] as const;

const origin = <T>({ word }: Level, value: T): Field<T> =>
  word ? written(value, spanOfWord(word)) : byDefault(value, 'Postfix takes what the relay offers, unless told to');

/**
 * What the level checks (TLS_README, "TLS security levels"). `may` and `encrypt` accept any certificate; that counts
 * where a password is sent, which is what Postfix logs in to the relay with: without one the relay is as good as any
 * server that takes mail. `dane` checks where the DNS has records. A policy table may decide otherwise.
 */
function verificationOf(scope: Scope, level: Level): Field<NonNullable<Upstream['verify']>> | undefined {
  const policies = setting(scope, 'smtp_tls_policy_maps') ?? setting(scope, 'smtp_tls_per_site');
  if (policies && policies.text !== '') return unknown;
  if (/^(?:verify|secure|dane-only|fingerprint)$/.test(level.name))
    return composite<NonNullable<Upstream['verify']>>({ chain: origin(level, true), hostname: origin(level, true) });
  if (!/^(?:may|encrypt)$/.test(level.name)) return unknown;
  const logsIn = isOn(scope, 'smtp_sasl_auth_enable');
  if (logsIn === undefined) return unknown;
  if (!logsIn) return undefined;
  return composite<NonNullable<Upstream['verify']>>({ chain: origin(level, false), hostname: origin(level, false) });
}

function authorityOf(scope: Scope): Field<string> | undefined {
  const file = setting(scope, 'smtp_tls_CAfile');
  if (!file || file.text === '') return undefined;
  return file.unknown ? unknown : written(file.text, spanOfWord(file));
}

/** `[mail.example.com]:587`, `[192.0.2.1]`, `example.com:submission`: brackets keep Postfix from asking for MX records. */
const hostOf = (relay: string): string => {
  const first = relay.split(/[\s,]/, 1)[0] ?? '';
  const [, inside, rest] = /^(?:\w+:)?\[([^\]]*)\]|^([^:]*)/.exec(first) ?? [];
  const host = (inside ?? rest ?? '').replace(/^ipv6:/i, '');
  return host.includes(':') ? `[${host}]` : host;
};
