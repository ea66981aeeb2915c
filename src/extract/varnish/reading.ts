import type { Fact, Upstream } from '../../core/fact.ts';
import { buildFact, byDefault, composite, type Field, unknown, written } from '../../core/fact-builder.ts';
import { spanOf } from '../../core/source.ts';
import type { Extraction, Unit } from '../../core/technology.ts';
import { parseVcl, type VclBackend } from '../../formats/vcl.ts';
import { spanOfWord, type Word } from '../../formats/word.ts';
import { reachOf } from '../../tls/reach.ts';

/** The backends of one VCL file that are reached over TLS. */
export function readVarnish({ sources: [source] }: Unit): Extraction {
  const { backends, diagnostics } = parseVcl(source);
  const facts = backends.flatMap((backend): readonly Fact[] => {
    const on = backend.settings.get('ssl');
    if (!on || (!on.unknown && !isOn(on))) return [];
    const { start, end } = backend.nameRange;
    const head = { technology: 'varnish', subject: `backend ${backend.name}`, self: spanOf(source, start, end) };
    return [buildFact<Upstream>(head, { kind: 'upstream' }, fieldsOf(backend, on))];
  });
  return { facts, diagnostics: facts.length > 0 ? diagnostics : [] };
}

/** The certificate is verified unless `.ssl_verify_peer` is off; the name only where `.ssl_verify_host` is on. */
function fieldsOf({ settings }: VclBackend, on: Word) {
  const host = settings.get('host');
  const port = settings.get('port');
  const known = host && !host.unknown && !port?.unknown;
  return {
    target: known ? written(`${host.text}:${port?.text ?? '443'}`, spanOfWord(host)) : unknown,
    tls: on.unknown ? unknown : written(true, spanOfWord(on)),
    exposure: known ? written(reachOf(host.text), spanOfWord(host)) : unknown,
    verify: composite<NonNullable<Upstream['verify']>>({
      chain: switchField(
        settings.get('ssl_verify_peer'),
        true,
        'Varnish Enterprise verifies backends unless told not to',
      ),
      hostname: switchField(
        settings.get('ssl_verify_host'),
        false,
        'Varnish Enterprise compares no name unless told to',
      ),
    }),
  };
}

function switchField(word: Word | undefined, otherwise: boolean, reason: string): Field<boolean> {
  if (!word) return byDefault(otherwise, reason);
  return word.unknown ? unknown : written(isOn(word), spanOfWord(word));
}

const isOn = ({ text }: Word): boolean => /^(?:1|true|on|yes)$/i.test(text);
