import type { Fact, Upstream } from '../../core/fact.ts';
import { buildFact, byDefault, composite, type Field, unknown, written } from '../../core/fact-builder.ts';
import { spanOfWord, type Word } from '../../formats/word.ts';
import { reachOf } from '../../tls/reach.ts';
import type { CaddyDefaults } from './defaults.ts';
import { isFixed, type ReverseProxy } from './model.ts';

/** One fact for each place that a proxy connects to over TLS. */
export const upstreamFacts = (proxy: ReverseProxy, defaults: CaddyDefaults): readonly Fact<Upstream>[] =>
  (proxy.targets.length > 0 ? proxy.targets : [{ ...proxy.head, unknown: true }]).map((target) =>
    upstreamFact(proxy, target, defaults),
  );

/**
 * Caddy verifies chain and name unless told not to (modules/caddyhttp/reverseproxy/httptransport.go, TLSConfig): names
 * are those of `tls_server_name`, else of the upstream's address.
 */
function upstreamFact(proxy: ReverseProxy, target: Word, { upstreamProtocols }: CaddyDefaults): Fact<Upstream> {
  const { head, tls, serverName, ca, clientCertificate } = proxy;
  const verify = verifyField(proxy);
  return buildFact<Upstream>(
    {
      technology: 'caddy',
      subject: `upstream ${target.unknown ? head.text : target.text}`,
      self: spanOfWord(target.unknown ? head : target),
    },
    { kind: 'upstream' },
    {
      target: target.unknown ? unknown : written(target.text, spanOfWord(target)),
      tls: written(true, spanOfWord(tls)),
      exposure: target.unknown ? unknown : written(reachOf(hostOf(target.text)), spanOfWord(target)),
      verify: composite({ chain: verify, hostname: verify }),
      serverName: textField(serverName, proxy.open),
      ca: textField(ca, proxy.open),
      clientCertificate: textField(clientCertificate, proxy.open),
      protocols: upstreamProtocols,
    },
  );
}

const verifyField = ({ skipsVerification, open }: ReverseProxy): Field<boolean> => {
  if (skipsVerification) return written(false, spanOfWord(skipsVerification));
  return open ? unknown : byDefault(true, 'Caddy verifies the certificates of upstreams unless told not to');
};

function textField(word: Word | undefined, open: boolean): Field<string> | undefined {
  if (!word) return open ? unknown : undefined;
  return isFixed(word) ? written(word.text, spanOfWord(word)) : unknown;
}

/** `tcp4/host:443`, `unix//run/app.sock`. */
const hostOf = (target: string): string =>
  target.replace(/^(?:tcp|udp)[46]?\//, '').replace(/^unix(?:gram|packet)?(?:\+h2c)?\//, 'unix:');
