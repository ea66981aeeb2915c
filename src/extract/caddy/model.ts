import type { CertificateReference } from '../../core/fact.ts';
import type { Field } from '../../core/fact-builder.ts';
import type { Span } from '../../core/source.ts';
import type { Word } from '../../formats/word.ts';

/** A Caddyfile and a JSON configuration are both read into the shapes of this module, and facts are made of these. */

/** What one `tls` directive, or one connection policy, sets. */
export interface Policy {
  /** The directive's own word: where what it leaves out is explained. */
  readonly head: Word;
  readonly minimum?: Word | undefined;
  readonly maximum?: Word | undefined;
  readonly ciphers: readonly Word[];
  readonly curves: readonly Word[];
  readonly clientAuth?: ClientAuth | undefined;
  /** It sets something, so that Caddy makes a connection policy of it; the others leave no trace. */
  readonly effective: boolean;
  /** A template or an import that is not there may add to it. */
  readonly open: boolean;
  /** Everything that it sets but client authentication, to tell whether two are equal. */
  readonly settings: string;
}

export interface ClientAuth {
  readonly head: Word;
  readonly mode?: Word | undefined;
  /** A pool of authorities, or certificates of clients, to check against. */
  readonly trust?: Word | undefined;
  /** The file that holds the authorities. */
  readonly ca?: Word | undefined;
  /** Modules that check the certificate in their own way. */
  readonly verifier?: Word | undefined;
  readonly open: boolean;
  /** Everything that it sets. */
  readonly settings: string;
}

/** What a site does with requests, as far as headers and redirects go. */
export interface Behaviour {
  /** The value of Strict-Transport-Security that every answer carries. */
  readonly hsts?: Word | undefined;
  /** An application, a condition or something unseen may send the header, or remove it. */
  readonly mayVaryHsts: boolean;
  readonly answer: Answer;
}

/** Every request goes on to https or is refused; something is served; it cannot be seen. */
export type Answer = 'redirects' | 'serves' | undefined;

/** A proxy's connections to what is behind it. */
export interface ReverseProxy {
  /** The word `reverse_proxy`, or the handler's name. */
  readonly head: Word;
  /** What makes the connections TLS: `tls` in the transport, or `https://`. */
  readonly tls: Word;
  /** Host and port of each upstream; a word that is unknown where the environment decides. */
  readonly targets: readonly Word[];
  readonly skipsVerification?: Word | undefined;
  readonly serverName?: Word | undefined;
  readonly ca?: Word | undefined;
  readonly clientCertificate?: Word | undefined;
  readonly open: boolean;
}

/** One fact to be made: some host names of a port with what holds for them. */
export interface CaddyListener {
  readonly subject: string;
  readonly self: Span;
  readonly hosts?: Field<readonly string[]> | undefined;
  readonly ports?: Field<readonly number[]> | undefined;
  readonly tls: Field<boolean>;
  readonly exposure: Field<'external' | 'internal'>;
  /** The policies in force, the one that wins first; none where Caddy's defaults hold. `undefined`: not known. */
  readonly policies: readonly Policy[] | undefined;
  readonly certificates?: Field<readonly CertificateReference[]> | undefined;
  readonly behaviour: Behaviour;
  /** For a plaintext listener: where the same site is served over TLS. */
  readonly twin?: Span | undefined;
  /** Session tickets are off for the whole server. */
  readonly ticketsOff?: Word | undefined;
  /** HTTP/3, which takes early data, is known to be off. */
  readonly withoutHttp3: boolean;
}

/** Placeholders that Caddy fills in when it starts or when it answers: `{env.X}`, `{file./run/x}`, `{http.request.host}`. */
export const hasPlaceholder = (text: string): boolean => /\{[\w.$][^{}\s]*\}/.test(text);

/** Whether the word says by itself what is in force. */
export const isFixed = (word: Word): boolean => !word.unknown && !hasPlaceholder(word.text);
