import { data } from '../../../../data/own-authorities.yaml';
import type { Image } from '../../../core/fact.ts';
import type { Source, Span } from '../../../core/source.ts';
import { spanOf } from '../../../core/source.ts';
import type { Repository } from '../../../core/technology.ts';
import { parseShell } from '../../../formats/shell.ts';
import { callersOf } from '../callers/callers.ts';
import { certaintyOf } from '../walk/certainty.ts';
import { expand, isKnown, knownWord } from '../walk/expand.ts';
import { lineageOf } from '../walk/lineage.ts';
import { committedFile } from '../walk/repository-paths.ts';
import type { Stage } from '../walk/stages.ts';
import { isBundleName, isThere, isWithin, join, nameOf } from '../walk/trust-files.ts';
import type { UntrustedAuthority } from './own-authorities.ts';
import { ownFolders, writtenBy } from './own-authority-steps.ts';

type Unfound = NonNullable<NonNullable<Image['authorities']>['unfound']>[number];

/** What programs look for and do not find, and where the Dockerfile says so. */
export interface UnfoundTrust {
  readonly trust: Unfound;
  readonly span: Span;
}

/** A bundle of the distribution's: nobody else lays a file there, and nobody mounts one without saying so. */
const isSystemBundle = (path: string): boolean => /^\/etc\/(?:ssl|pki)\//.test(path) && isBundleName(path);

/** Variables that name a bundle which is certainly not in the image, and public roots that a few own ones replaced. */
export function unfoundTrust(stage: Stage, source: Source, repository: Repository): readonly UnfoundTrust[] {
  if (stage.windows) return [];
  const callers = callersOf(source.path, repository);
  if (callers.mountsBundle || stage.baseArguments.some((name) => callers.arguments.has(name))) return [];
  return [...namedInVain(stage, source), ...replacedRoots(stage, source, repository)];
}

function namedInVain(stage: Stage, source: Source): readonly UnfoundTrust[] {
  if (!/^(?:apt|apk)$/.test(stage.root.packageManager ?? '')) return [];
  return lineageOf(stage).flatMap(({ instructions }) =>
    instructions.flatMap(({ keyword, pairs, onbuild }) =>
      keyword !== 'ENV' || onbuild
        ? []
        : pairs.flatMap(({ name, value }) => {
            const effect = data.variables[name.value];
            const path = stage.environment.get(name.value);
            if (effect === undefined || !value || path === undefined || !isSystemBundle(path)) return [];
            if (isThere(stage.disk.files, path) !== 'no') return [];
            const trust = { how: 'missing', what: `${name.value}=${path}`, effect } as const;
            return [{ trust, span: spanOf(source, value.range.start, value.range.end) }];
          }),
    ),
  );
}

/** More certificates than this are no authorities of one's own. */
const mostOwn = 5;

function replacedRoots(stage: Stage, source: Source, repository: Repository): readonly UnfoundTrust[] {
  if (stage.root.caBundle !== 'present') return [];
  return lineageOf(stage).flatMap((owner) =>
    owner.instructions.flatMap(({ keyword, words, flags, onbuild }) => {
      const [from, target] = words;
      if (keyword !== 'COPY' || onbuild || words.length !== 2 || !from || !target) return [];
      if (flags.some(({ name }) => name === 'from')) return [];
      const to = expand(target.value, owner.variables);
      const place = to.endsWith('/') ? join(to, nameOf(from.value)) : join('/', to);
      if (!isKnown(to) || !isSystemBundle(place)) return [];
      const committed = committedFile(from.value, source.path, repository);
      const text = committed === undefined ? '' : (repository.read(committed)?.text ?? '');
      const count = text.split('-----BEGIN CERTIFICATE-----').length - 1;
      if (count < 1 || count > mostOwn) return [];
      const effect = `it takes the place of the public roots and holds ${count === 1 ? 'one certificate' : `${count} certificates`} only, so that no public host can be verified`;
      const trust = { how: 'replaced', what: place, effect } as const;
      return [{ trust, span: spanOf(source, target.range.start, target.range.end) }];
    }),
  );
}

/** Authorities that are appended to a bundle which a later step writes anew: update-ca-certificates(8). */
export function lostAuthorities(stage: Stage): readonly UntrustedAuthority[] {
  if (!/^(?:apt|apk)$/.test(stage.root.packageManager ?? '')) return [];
  let lost: readonly UntrustedAuthority[] = [];
  let appended: readonly UntrustedAuthority[] = [];
  for (const owner of lineageOf(stage)) {
    const variables = owner.variables;
    for (const { keyword, words, script, onbuild } of owner.instructions) {
      // What is laid into the tool's folder as well comes back.
      if (/^(?:COPY|ADD)$/.test(keyword) && ownFolders.some((folder) => isWithin(words.at(-1)?.value ?? '', folder)))
        return [];
      if (keyword !== 'RUN' || !script || onbuild) continue;
      for (const command of parseShell(script)) {
        const values = command.words.map((word) => knownWord(word, variables));
        const written = writtenBy(command, values, undefined, variables);
        if (written.some((place) => ownFolders.some((folder) => isWithin(place, folder)))) return [];
        const start = command.words[0]?.range.start ?? 0;
        const end = command.words.at(-1)?.range.end ?? start;
        const adds =
          />>/.test(command.source.text.slice(end, end + 200).split(/[|;&\n]/)[0] ?? '') || values.includes('-a');
        if (adds && written.includes('/etc/ssl/certs/ca-certificates.crt')) {
          const repair =
            'a later update-ca-certificates writes that file anew, without it; lay the certificate into /usr/local/share/ca-certificates as .crt instead';
          const authority = { how: 'lost', what: '/etc/ssl/certs/ca-certificates.crt', repair } as const;
          appended = [...appended, { authority, span: spanOf(command.source, start, end) }];
        }
        const { conditional, mayFail } = certaintyOf(command);
        if (values.some((value) => nameOf(value ?? '') === 'update-ca-certificates') && !conditional && !mayFail) {
          lost = [...lost, ...appended];
          appended = [];
        }
      }
    }
  }
  return appended.length > 0 ? [] : lost;
}
