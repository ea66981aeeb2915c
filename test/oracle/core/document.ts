import type { Result } from './result.ts';

const introduction = `# The oracle

What tlslint says of a server's configuration is compared with what the server does. For each configuration, the facts
are extracted, the real server is started on this machine, and what the facts claim is asked of it in handshakes: each
protocol version by itself, each cipher suite, groups, certificates, client certificates, early data (a request is sent on
a resumed session and the client never finishes; then the same bytes are sent again), redirects and HSTS; for upstreams,
whether it passes a request to a backend whose certificate is untrusted, expired or names somebody else, and to one that
speaks a single version. OpenSSL's own floor (oldest version, security level) is lifted, so that the server's settings are
what is seen. A disagreement fails the suite.

Hand-written cases come first, then configurations made at random from a grammar of the directives, with a fixed seed.
\`npm run oracle -- --server nginx --runs 2000 --seed 7\` asks one server more and other ones. Servers that are not installed
are skipped and named; CI installs them all. This page is written by \`npm run oracle -- --write\`.
`;

/** docs/oracle.md for these results. */
export function rendered(results: readonly Result[]): string {
  const rows = results.map(rowOf);
  const limits = results.map(({ name, limits: missing }) => `- **${name}**: ${missing.join('; ')}.`);
  return `${introduction}
| server | hand-written cases | random configurations | probes | values compared | disagreements |
| --- | --- | --- | --- | --- | --- |
${rows.join('\n')}

Not covered:

${limits.join('\n')}
`;
}

const rowOf = ({ description, handWritten, random, probes, comparisons, disagreements }: Result): string =>
  `| ${[description, handWritten, random, probes, comparisons, disagreements].join(' | ')} |`;

/** Whether the page shows other servers or other numbers of cases than the results. Versions and probes may differ. */
export function differs(page: string, results: readonly Result[]): boolean {
  const shown = [...page.matchAll(/^\| (\w+) [^|]*\| (\d+) \| (\d+) \|/gm)].map(([, name, cases, random]) =>
    [name?.toLowerCase(), cases, random].join(' '),
  );
  const seen = results.map(({ description, handWritten, random }) =>
    [description.split(' ')[0]?.toLowerCase(), handWritten, random].join(' '),
  );
  return shown.join('\n') !== seen.join('\n');
}
