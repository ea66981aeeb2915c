import type { Fact, Listener } from '../../core/fact.ts';
import { buildFact, byDefault, unknown, written } from '../../core/fact-builder.ts';
import type { Source } from '../../core/source.ts';
import { parseIni } from '../../formats/ini.ts';
import { spanOfWord, type Word } from '../../formats/word.ts';
import { certificateFileField, protocolRangeField } from '../dialects/setting-fields.ts';
import { filled } from '../dialects/yaml-words.ts';

/**
 * `[server]` of a grafana.ini that ends TLS itself. TLS 1.2 is the oldest version unless `min_tls_version` says otherwise
 * (Grafana, conf/defaults.ini).
 */
export function grafanaServer(source: Source, name: string): readonly Fact<Listener>[] {
  if (!/grafana|defaults\.ini$|custom\.ini$/i.test(name) || !/\.ini/i.test(name)) return [];
  const { sections } = parseIni(source, { comments: '#;' });
  const settings = sections.flatMap((section) => (section.name === 'server' ? section.settings : []));
  const at = (key: string): Word | undefined => settings.findLast((one) => one.key === key)?.value;
  const protocol = at('protocol');
  if (!protocol || protocol.unknown || !/^(?:https|h2)$/.test(protocol.text)) return [];
  const strict = sections
    .flatMap((section) => (section.name === 'security' ? section.settings : []))
    .findLast(({ key }) => key === 'strict_transport_security')?.value;
  return [
    buildFact<Listener>(
      { technology: 'monitoring', subject: 'Grafana', self: spanOfWord(protocol) },
      { kind: 'listener', application: 'http' },
      {
        tls: written(true, spanOfWord(protocol)),
        protocols: protocolRangeField(filled(at('min_tls_version')), undefined, {
          oldest: 'TLSv1.2',
          newest: 'TLSv1.3',
          evidence: { reason: 'Grafana', guessed: false },
        }),
        certificates: certificateFileField(filled(at('cert_file'))),
        hsts:
          strict?.text === 'true' || strict?.unknown
            ? unknown
            : byDefault({ maxAgeSeconds: 0 }, 'Grafana sends no Strict-Transport-Security header unless it is told to'),
      },
    ),
  ];
}
