import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { fixOf, shownFix } from '../../src/extract/image/fix.ts';
import { imagesOf } from '../../src/extract/image/images.ts';
import { stagesOf } from '../../src/extract/image/walk/stages.ts';
import { parseDockerfile } from '../../src/formats/dockerfile.ts';
import { inMemory } from '../support/lint-files.ts';

const { repository } = inMemory({});
const sourceOf = (text: string) => ({ path: 'Dockerfile', text });

function lastStage(text: string) {
  const source = sourceOf(text);
  const stages = stagesOf(source, parseDockerfile(source), repository);
  const stage = stages.at(-1);
  if (!stage) throw new Error('no stage');
  return { stage, stages, source };
}
const fixesOf = (text: string) => {
  const { stage, stages, source } = lastStage(text);
  return fixOf(stage, stages, source);
};
/** The Dockerfile with the lines put in. */
function repaired(text: string): string {
  const changes = fixesOf(text);
  const lines = text.split('\n');
  for (const change of changes) {
    if ('line' in change) continue;
    const before = text.slice(0, change.at).split('\n');
    const column = before.at(-1)?.length ?? 0;
    const line = lines[change.on - 1] ?? '';
    lines[change.on - 1] = line.slice(0, column) + change.words + line.slice(column);
  }
  const added = changes.flatMap((change) => ('line' in change ? [change] : []));
  for (const { after, line } of added.toSorted((a, b) => b.after - a.after)) lines.splice(after, 0, line);
  return lines.join('\n');
}
/** The lines that are added whole. */
const linesOf = (text: string): readonly string[] =>
  fixesOf(text).flatMap((change) => ('line' in change ? [change.line] : []));
const verdict = (text: string) => imagesOf(sourceOf(text), repository).facts.at(-1)?.data;

describe('the line that is missing', () => {
  test('copies the bundle of the builder, behind the last copy', () => {
    const text =
      'FROM golang:1.25 AS build\nRUN go build -o /app .\nFROM scratch\nCOPY --from=build /app /app\nUSER 1000\nENTRYPOINT ["/app"]\n';
    expect(fixesOf(text)).toEqual([
      { after: 4, line: 'COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/' },
    ]);
    expect(shownFix(fixesOf(text))).toBe(
      'add `COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/` behind line 4',
    );
  });
  test('a bundle that is there and cannot be read needs another mode', () => {
    const text =
      'FROM golang:1.25 AS build\nRUN go build -o /app .\nFROM scratch\nADD https://curl.se/ca/cacert.pem /etc/ssl/cert.pem\nCOPY --from=build /app /app\nUSER 1000\nENTRYPOINT ["/app"]\n';
    expect(verdict(text)).toMatchObject({ caBundle: 'absent', fix: 'add `--chmod=644` on line 4' });
  });
  test('names a stage without a name by its number', () => {
    expect(linesOf('FROM golang:1.25\nFROM scratch\nCOPY --from=0 /go/bin/app /app\n')[0]).toBe(
      'COPY --from=0 /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/',
    );
  });
  test('of a Red Hat builder, from where its bundle lies', () => {
    const text = 'FROM registry.access.redhat.com/ubi9/ubi AS build\nFROM scratch\nCOPY --from=build /app /app\n';
    expect(linesOf(text)[0]).toBe(
      'COPY --from=build /etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem /etc/ssl/certs/ca-certificates.crt',
    );
  });
  test('comes with the package in the builder that lacks it', () => {
    const text = 'FROM debian:12 AS build\nRUN make\nFROM scratch\nCOPY --from=build /app /app\nENTRYPOINT ["/app"]\n';
    const plain = text.replace('RUN make', 'RUN cc -o /app app.c');
    expect(fixesOf(plain)).toEqual([
      { after: 2, line: expect.stringMatching(/^RUN apt-get update/) },
      { after: 4, line: expect.stringMatching(/^COPY --from=build \/etc\/ssl\/certs\/ca-certificates.crt/) },
    ]);
  });
  test('installs the package where the image can, while it is root', () => {
    const text =
      'FROM rust:1 AS build\nFROM debian:12-slim\nRUN useradd app\nUSER app\nCOPY --from=build /app /app\nCMD ["/app"]\n';
    expect(fixesOf(text)).toEqual([
      {
        after: 3,
        line: 'RUN apt-get update && apt-get install -y --no-install-recommends ca-certificates && rm -rf /var/lib/apt/lists/*',
      },
    ]);
  });
  test('joins the packages that the image installs already', () => {
    const text =
      'FROM rust:1 AS build\nFROM debian:12-slim\nRUN apt-get update \\\n && apt-get install -y --no-install-recommends \\\n    libpq5 \\\n    # for the scripts\n    jq \\\n && rm -rf /var/lib/apt/lists/*\nUSER app\nCOPY --from=build /app /app\nCMD ["/app"]\n';
    expect(fixesOf(text)).toEqual([{ on: 7, at: text.indexOf('jq') + 2, words: ' ca-certificates' }]);
    expect(shownFix(fixesOf(text))).toBe('add `ca-certificates` to what line 7 installs');
    expect(verdict(repaired(text))).toMatchObject({ caBundle: 'present' });
  });
  test.each([
    'RUN apt-get install -y $PACKAGES',
    'RUN if true; then apt-get install -y --no-install-recommends jq; fi',
    'RUN apt-get install -y --no-install-recommends jq || true',
    'RUN echo apt-get install jq',
  ])('but not to those of %s', (run) => {
    const text = `FROM debian:12-slim\n${run}\nCOPY app /app\nCMD ["/app"]\n`;
    expect(fixesOf(text)).toEqual([{ after: 3, line: expect.stringMatching(/^RUN apt-get update/) }]);
  });
  test('takes an image where no stage can give it', () => {
    expect(fixesOf('FROM scratch\nCOPY app /\nENTRYPOINT ["/app"]\n')).toEqual([
      { after: 2, line: 'COPY --from=alpine:3 /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/' },
    ]);
  });
});

test('with the lines put in, the walk finds the bundle, whatever the file', () => {
  const builder = fc.constantFrom(
    'golang:1.25',
    'golang:1.25-alpine',
    'rust:1-slim',
    'debian:12',
    'ubuntu:24.04',
    'alpine:3.22',
    'alpine:3.5',
    'registry.access.redhat.com/ubi9/ubi-minimal',
    'node:22-slim',
    'scratch',
    'busybox:1.37',
    'private.example.com/base:1',
  );
  const step = fc.constantFrom(
    'RUN apt-get update && apt-get install -y --no-install-recommends curl',
    'RUN go build -o /out/app .',
    'RUN <<EOF\nmkdir -p /data\ncp /etc/hosts /data/\nEOF',
    'RUN mkdir -p \\\n  /srv \\\n  # where it runs\n  /srv/www',
    'RUN rm -rf /etc/ssl/certs',
    'WORKDIR /work',
    'COPY a.txt b.txt /srv/',
    'ENV LANG=C',
    'USER 1000',
    '# nothing here\n',
    'EXPOSE 80',
  );
  const stage = fc.record({
    from: builder,
    named: fc.boolean(),
    steps: fc.array(step, { maxLength: 4 }),
    copies: fc.array(fc.nat(3), { maxLength: 2 }),
  });
  let absent = 0;
  fc.assert(
    fc.property(fc.array(stage, { minLength: 1, maxLength: 4 }), fc.boolean(), (stages, windowsLines) => {
      const text = stages
        .map(({ from, named, steps, copies }, index) =>
          [
            `FROM ${from}${named ? ` AS s${index}` : ''}`,
            ...steps,
            ...copies
              .filter((other) => other < index)
              .map(
                (other) =>
                  `COPY --from=${stages[other]?.named ? `s${other}` : other} /out/bin${other} /bin/app${other}`,
              ),
            ...(index === stages.length - 1 ? ['ENTRYPOINT ["/bin/app0"]'] : []),
          ].join('\n'),
        )
        .join('\n')
        .replace(/\n/g, windowsLines ? '\r\n' : '\n');
      if (lastStage(text).stage.caBundle !== 'absent') return;
      absent++;
      const after = repaired(text);
      expect([after, verdict(after)]).toEqual([after, expect.objectContaining({ caBundle: 'present' })]);
    }),
    { numRuns: 200 },
  );
  expect(absent).toBeGreaterThan(20);
});
