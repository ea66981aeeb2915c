import type { Client, Fact } from '../../core/fact.ts';
import { buildFact, written } from '../../core/fact-builder.ts';
import type { Range, Source } from '../../core/source.ts';
import { spanOf } from '../../core/source.ts';
import { reachOf } from '../../tls/reach.ts';
import type { ClientPlace } from '../dialects/verification.ts';

/** Names of parameters and types ignore case in PowerShell, and parameters may be cut short. */
const switches =
  /-SkipCertificateCheck\b(?!:\s*\$false)|ServerCertificateValidationCallback\s*=\s*\{\s*(?:param\([^)]{0,200}\)\s*)?(?:return\s+)?\$true\s*;?\s*\}|\bTrustAllCertsPolicy\b/gi;

/**
 * What a step in PowerShell switches off: a parameter of one command, or the callback that decides for the rest of the
 * process. Source: PowerShell documentation, Invoke-WebRequest, -SkipCertificateCheck; .NET documentation,
 * ServicePointManager.ServerCertificateValidationCallback.
 */
export function clientsInPowerShell(
  source: Source,
  { start, end }: Range,
  place: ClientPlace,
): readonly Fact<Client>[] {
  const text = source.text.slice(start, end);
  const found = [...text.matchAll(switches)].find(
    ({ index }) => !/^[ \t]*#/.test(text.slice(text.lastIndexOf('\n', index) + 1, index)),
  );
  if (!found) return [];
  const [told] = found;
  const host = /https:\/\/([\w.-]+(?::\d+)?)/.exec(text)?.[1];
  const executes = /\b(?:iex|Invoke-Expression)\b/i.test(text);
  const reach = host === undefined ? 'external' : reachOf(host);
  const span = spanOf(source, start + found.index, start + found.index + told.length);
  return [
    buildFact<Client>(
      { technology: place.technology, subject: place.subject, self: span },
      {
        kind: 'client',
        program: 'powershell',
        mechanism: `powershell ${told.replace(/\s+/g, ' ')}`,
        executes,
        phase: place.phase,
        ...(host !== undefined && { target: host }),
        exposure: place.local ? 'internal' : reach,
      },
      { verify: written(false, span) },
    ),
  ];
}
