import type { CertificateReference, Fact, Listener } from '../../core/fact.ts';
import { buildFact, byDefault, type Field, unknown, written } from '../../core/fact-builder.ts';
import type { Span } from '../../core/source.ts';
import type { PostfixService } from '../../formats/postfix.ts';
import { spanOfWord, splitWord, type Word } from '../../formats/word.ts';
import { readListenAddress } from '../dialects/listen-address.ts';
import { groupListField } from '../dialects/openssl-fields.ts';
import { mandatoryCiphers } from './ciphers.ts';
import { mandatoryProtocols, opportunisticProtocols } from './protocols.ts';
import { isOn, otherwise, placeOf, type Scope, setting, textOf } from './settings.ts';

/** What a server service of master.cf offers. */
export function serviceListener(scope: Scope, service: PostfixService): Fact<Listener> {
  const address = readListenAddress(service.name.text.replace(/[a-z]+$/, (name) => servicePorts[name] ?? name));
  const isPort = address !== undefined && address.ports.length > 0;
  return listener(scope, {
    subject: `service ${service.name.text}`,
    self: spanOfWord(service.name),
    ports: isPort ? written(address.ports, spanOfWord(service.name)) : undefined,
    exposure: isPort ? address.exposure : 'external',
    screened: service.command === 'postscreen',
  });
}

/** /etc/services. */
const servicePorts: Readonly<Record<string, string>> = {
  smtp: '25',
  submission: '587',
  smtps: '465',
  submissions: '465',
};

/** What main.cf says of a server, where no master.cf shows which services there are. */
export function mainListener(scope: Scope): Fact<Listener> | undefined {
  const self = ['smtpd_tls_security_level', 'smtpd_use_tls', 'smtpd_enforce_tls']
    .map((name) => placeOf(scope, name))
    .find((place) => place !== undefined);
  return (
    self &&
    listener(scope, { subject: 'the SMTP server', self, ports: undefined, exposure: 'external', screened: false })
  );
}

interface Head {
  readonly subject: string;
  readonly self: Span;
  readonly ports: Field<readonly number[]> | undefined;
  readonly exposure: 'external' | 'internal';
  readonly screened: boolean;
}

function listener(scope: Scope, { subject, self, ports, exposure, screened }: Head): Fact<Listener> {
  const level = serverLevel(scope, screened);
  const mandatory = level === 'encrypt';
  const head = { technology: 'postfix', subject, self };
  const base: Listener = { kind: 'listener', application: 'other', exposure };
  if (level === undefined) return buildFact<Listener>(head, base, { ports, tls: unknown, protocols: unknown });
  if (level === 'none') return buildFact<Listener>(head, base, { ports, tls: tlsOf(scope, false) });
  const protocols = mandatory ? mandatoryProtocols(scope, 'smtpd') : opportunisticProtocols(scope, 'smtpd');
  return buildFact<Listener>(head, base, {
    ports,
    tls: mandatory ? tlsOf(scope, true) : undefined,
    protocols,
    ciphers: mandatory ? mandatoryCiphers(scope, 'smtpd', protocols) : undefined,
    groups: groupsOf(scope),
    preferServerCiphers: preferenceOf(scope),
    clientAuth: clientAuthOf(scope, mandatory),
    certificates: certificatesOf(scope),
  });
}

/**
 * Whether TLS is required, offered or off, as `smtpd` reads it (smtpd.c): wrapper mode requires it whatever the level;
 * levels above `encrypt` mean `encrypt` to a server; the level hides the switches of Postfix 2.2.
 */
function serverLevel(scope: Scope, screened: boolean): 'encrypt' | 'may' | 'none' | undefined {
  if (!screened && setting(scope, 'smtpd_tls_wrappermode')?.text.toLowerCase() === 'yes') return 'encrypt';
  const own = screened ? textOf(scope, 'postscreen_tls_security_level') : '';
  const level = own === '' || own === undefined ? textOf(scope, 'smtpd_tls_security_level') : own;
  if (level === undefined) return undefined;
  if (level !== '') return level === 'may' || level === 'none' ? level : 'encrypt';
  if (isOn(scope, 'smtpd_enforce_tls')) return 'encrypt';
  return isOn(scope, 'smtpd_use_tls') ? 'may' : 'none';
}

function tlsOf(scope: Scope, tls: boolean): Field<boolean> {
  const [decisive] = ['smtpd_tls_wrappermode', 'smtpd_tls_security_level', 'smtpd_enforce_tls'].flatMap(
    (name): readonly Word[] => {
      const word = setting(scope, name);
      return word && !word.unknown && !/^(?:no)?$/i.test(word.text) ? [word] : [];
    },
  );
  return decisive ? written(tls, spanOfWord(decisive)) : byDefault(tls, 'Postfix offers no TLS unless told to');
}

/** A required certificate counts only where TLS is mandatory (postconf(5), smtpd_tls_req_ccert). */
function clientAuthOf(scope: Scope, mandatory: boolean): Field<NonNullable<Listener['clientAuth']>> {
  const ca = textOf(scope, 'smtpd_tls_cafile') ? setting(scope, 'smtpd_tls_CAfile')?.text : undefined;
  const required = setting(scope, 'smtpd_tls_req_ccert');
  const asked = setting(scope, 'smtpd_tls_ask_ccert');
  if (required?.unknown || asked?.unknown) return unknown;
  const [word, mode] =
    mandatory && required?.text === 'yes'
      ? ([required, 'required'] as const)
      : asked?.text === 'yes'
        ? ([asked, 'request'] as const)
        : ([undefined, 'none'] as const);
  if (!word) return otherwise(scope, byDefault({ mode }, 'Postfix asks for no client certificate unless told to'));
  return written({ mode, ...(ca && { ca }) }, spanOfWord(word));
}

/** `smtpd_tls_chain_files` (since 3.4), which may name keys too, hides the older settings, one for each kind of key. */
function certificatesOf(scope: Scope): Field<readonly CertificateReference[]> | undefined {
  const chains = setting(scope, 'smtpd_tls_chain_files');
  const files =
    chains && chains.text !== ''
      ? splitWord(chains, /[\s,]+/)
      : ['smtpd_tls_cert_file', 'smtpd_tls_eccert_file', 'smtpd_tls_dcert_file'].flatMap(
          (name) => setting(scope, name) ?? [],
        );
  const named = files.filter(({ text }) => text !== '' && text !== 'none' && !/\.key$|privkey/.test(text));
  const [first] = named;
  if (!first) return undefined;
  if (named.some((file) => file.unknown)) return unknown;
  return written(
    named.map(({ text }): CertificateReference => ({ from: 'file', ref: text })),
    spanOfWord(first),
    Object.fromEntries(named.map((file, index) => [String(index), spanOfWord(file)])),
  );
}

function groupsOf(scope: Scope): Field<readonly string[]> | undefined {
  const curves = setting(scope, 'tls_eecdh_auto_curves');
  return curves && curves.text !== '' ? groupListField(splitWord(curves, /[\s,:]+/), spanOfWord(curves)) : undefined;
}

function preferenceOf(scope: Scope): Field<boolean> | undefined {
  const word = setting(scope, 'tls_preempt_cipherlist');
  if (!word) return undefined;
  return word.unknown ? unknown : written(word.text.toLowerCase() === 'yes', spanOfWord(word));
}
