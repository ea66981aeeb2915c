import { describe, expect, test } from '@jest/globals';
import { markdownSummary } from '../../src/report/markdown.ts';
import { findingAt, reportOf, sampleReport } from '../support/sample-report.ts';

const noLinks = { linkTo: () => undefined };

describe('the Markdown report', () => {
  test('is a table, most severe first, with the reasons below', () => {
    expect(
      markdownSummary(sampleReport, {
        linkTo: ({ file, line }) => (file === 'web.yaml' ? `https://x/${file}#L${line}` : undefined),
      }),
    ).toBe(`## tlslint: 2 errors, 1 note, 1 diagnostic

7 files read, 1 suppressed.

| | place | what | rule |
| --- | --- | --- | --- |
| 🔴 error | \`conf/nginx.conf:12\` | server api.example.com accepts TLSv1.1; keep TLS 1.2 and 1.3 only | \`obsolete-protocol\` |
| 🔴 error | \`conf/nginx.conf:40\` | server api.example.com accepts SSLv3; keep TLS 1.2 and 1.3 only | \`obsolete-protocol\` |
| 🔵 note | [\`web.yaml:2\`](https://x/web.yaml#L2) | Ingress shop/web sends no HSTS | \`missing-hsts\` |
| ⚪ diagnostic | \`broken.conf:5\` | expected "}" here | \`parse-error\` |

<details><summary>Why, and what to do</summary>

- **\`obsolete-protocol\`**: A TLS version older than 1.2 is still accepted. A server that offers an old version can be driven down to it, and to its weaknesses. *Keep TLS 1.2 and 1.3 only.*
- **\`missing-hsts\`**: No HSTS. The first request is plain. *Send the header.*

</details>
`);
  });

  test('text of a repository stays text', () => {
    const [row = ''] = markdownSummary(
      reportOf({
        findings: [
          findingAt('a|b``c`.conf', 1, 'x', 'x', {
            message: '<img> @user #12 [a](javascript:x) `c` | https://e.example\n*b*',
          }),
        ],
      }),
      noLinks,
    )
      .split('\n')
      .filter((line) => line.startsWith('| 🔴'));
    expect(row).toBe(
      '| 🔴 error | ``` a\\|b``c`.conf:1 ``` | &lt;img&gt; @\u2060user \\#12 \\[a\\]\\(javascript:x\\) `c` \\| https:\u2060//e.example \\*b\\* | `obsolete-protocol` |',
    );
  });

  test('stays below what GitHub accepts, and counts the rows that it leaves out', () => {
    const findings = Array.from({ length: 20_000 }, (_, index) => findingAt(`folder/file-${index}.conf`, 1, 'x', 'x'));
    const page = markdownSummary(reportOf({ findings }), noLinks);
    const rows = page.split('\n').filter((line) => line.startsWith('| 🔴')).length;
    expect(Buffer.byteLength(page)).toBeLessThan(900 * 1024);
    expect(rows).toBeGreaterThan(5000);
    expect(page).toContain(`\n${20_000 - rows} rows more: run \`tlslint --format json\` for all of them.\n`);
    expect(page).toContain('</details>');
  });
});
