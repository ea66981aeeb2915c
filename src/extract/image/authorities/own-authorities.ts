import { data } from '../../../../data/own-authorities.yaml';
import type { Image } from '../../../core/fact.ts';
import type { Source, Span } from '../../../core/source.ts';
import type { Repository } from '../../../core/technology.ts';
import { parseDockerfile } from '../../../formats/dockerfile.ts';
import { callersOf } from '../callers/callers.ts';
import { concernsClients } from '../walk/client-places.ts';
import { expand, isKnown } from '../walk/expand.ts';
import { lineageOf, rootOf } from '../walk/lineage.ts';
import type { Stage } from '../walk/stages.ts';
import { join, nameOf, parentOf } from '../walk/trust-files.ts';
import { type AuthorityStep, authoritySteps, type Placement } from './own-authority-steps.ts';
import { isTakenUpElsewhere } from './own-authority-tools.ts';
import { isNamedElsewhere } from './own-authority-uses.ts';

type Untrusted = NonNullable<NonNullable<Image['authorities']>['untrusted']>[number];
type Store = (typeof data.stores)[number];

/** An image with more files of its own authorities than this is looked at no further. */
const mostPlacements = 50;

/** An authority of an image's own that no program of it trusts, and where the Dockerfile says so. */
export interface UntrustedAuthority {
  readonly authority: Untrusted;
  readonly span: Span;
}

/**
 * Authorities of its own that an image is given and that never become trusted: nothing takes them up, or the tool that
 * does passes over them. Silent where the base, an entry script or another program may take them up.
 */
export function untrustedAuthorities(
  stage: Stage,
  source: Source,
  repository: Repository,
): readonly UntrustedAuthority[] {
  if (stage.windows || !isUnderstood(stage, source, repository)) return [];
  const steps = authoritySteps(stage, source, repository);
  const placements = steps.filter((step): step is Placement => step.kind === 'placed').slice(0, mostPlacements);
  if (placements.length === 0) return [];
  const unread = startsUnread(stage, repository);
  return placements.flatMap((placement) => {
    const found = verdictOn(placement, steps.slice(steps.indexOf(placement) + 1), stage, steps, repository);
    if (!found || isNamedElsewhere(placement, placements, source)) return [];
    if (found.how === 'unlisted' && lists.some((list) => source.text.includes(list))) return [];
    if (unread && found.how !== 'skipped' && found.how !== 'binary') return [];
    if (isTakenUpElsewhere(namesOf(placement), repository)) return [];
    return [{ authority: found, span: placement.span }];
  });
}

/** What a program's settings would call the files. */
const namesOf = ({ place, files }: Placement): readonly string[] =>
  [place, ...(files ?? []).slice(0, 20).map((file) => file.committed ?? file.place)]
    .map(nameOf)
    .filter((name) => name.length > 6 && name.includes('.'));

const lists = data.stores.flatMap(({ list }) => list ?? []);

/** An entry script that is not in the repository may take them up when the container starts; it renames and converts nothing. */
function startsUnread({ entrypoint, command }: Stage, repository: Repository): boolean {
  return [entrypoint, command]
    .flatMap((instruction) => instruction?.words ?? [])
    .filter(({ value }) => /\.sh$|entrypoint|\binit$/.test(value))
    .some(({ value }) => !repository.paths.some((path) => nameOf(path) === nameOf(value)));
}

/** Whether nothing outside of the Dockerfile decides: its base, whoever builds it, and what starts in it are known. */
function isUnderstood(stage: Stage, source: Source, repository: Repository): boolean {
  const { root, base } = rootOf(stage);
  if (data.busyBases.some((part) => base.includes(part)) || root.trust === 'jvm' || parseDockerfile(source).template)
    return false;
  if (root.packageManager === undefined && !isBare(stage)) return false;
  const callers = callersOf(source.path, repository);
  if (stage.baseArguments.some((name) => callers.arguments.has(name)) || callers.mountsBundle) return false;
  const started = [stage.entrypoint, stage.command].map((instruction) =>
    instruction ? source.text.slice(instruction.range.start, instruction.range.end) : '',
  );
  if (/update-ca-|dpkg-reconfigure|\btrust anchor\b|\$\{?\w+/.test(started.join('\n'))) return false;
  // A bundle that was put together elsewhere may hold them.
  return !lineageOf(stage).some((owner) =>
    owner.copies.some(({ instruction }) => {
      const to = expand(instruction.words.at(-1)?.value ?? '', owner.variables);
      return !isKnown(to) || concernsClients(join(owner.folder ?? '/', to));
    }),
  );
}

/** An image without a shell: nothing takes up anything in it. */
const isBare = (stage: Stage): boolean => stage.fromScratch || /(?:^|\/)distroless\//.test(rootOf(stage).base);

function verdictOn(
  placement: Placement,
  later: readonly AuthorityStep[],
  stage: Stage,
  steps: readonly AuthorityStep[],
  repository: Repository,
): Untrusted | undefined {
  const { folder, place } = placement;
  const what = placement.files?.length === 1 ? (placement.files[0]?.place ?? place) : place;
  const manager = stage.root.packageManager ?? '';
  const store = data.stores.find((one) => one.folder === folder && one.managers.includes(manager));
  const takenUp = later.flatMap((step) => (step.kind === 'taken-up' ? [step.how] : []));
  if (isBare(stage)) {
    const repair =
      'nothing in this image reads that folder; have update-ca-certificates take it up in a stage that has it, and copy the bundle from there';
    return takenUp.length === 0 ? { how: 'unregistered', what, repair } : undefined;
  }
  if (!store) return takenUp.includes('script') ? undefined : elsewhere(placement, manager);
  if (placement.bare && manager === 'apt' && isFileInstead(placement, stage, steps))
    return {
      how: 'skipped',
      what: place,
      repair: `the folder is not there yet, so that this makes a file called ${nameOf(place)}, which update-ca-certificates does not read; end the destination with a slash`,
    };
  const passed =
    store.list === undefined && takenUp.length > 0 && !takenUp.includes('script')
      ? passedOver(placement, store, repository)
      : undefined;
  if (passed) return passed;
  if (store.list === undefined ? takenUp.length > 0 : takenUp.some((one) => one !== 'tool')) return undefined;
  const how = store.list === undefined ? 'unregistered' : 'unlisted';
  if (store.list !== undefined) {
    const repair = `no line in ${store.list} names it; lay it into /usr/local/share/ca-certificates instead, and add \`${store.run}\``;
    return { how, what, repair };
  }
  const rename = passedOver(placement, store, repository);
  return {
    how,
    what,
    repair: `no program reads that folder until ${store.tools[0]} has run; add \`${store.run}\` after it${rename ? `, and mind that ${rename.repair}` : ''}`,
  };
}

/** A folder that another distribution's tool reads. */
function elsewhere({ folder, place }: Placement, manager: string): Untrusted | undefined {
  const right = data.stores.find((one) => one.managers.includes(manager) && one.list === undefined);
  if (!right || manager === 'zypper' || folder === '/usr/share/ca-certificates') return undefined;
  return {
    how: 'unregistered',
    what: place,
    repair: `nothing in this distribution reads ${folder}; lay it into ${right.folder} and add \`${right.run}\` after it`,
  };
}

/** What the tool does not take although it runs; `undefined` where it takes something, or that is not known. */
function passedOver({ files, place, folder }: Placement, store: Store, repository: Repository): Untrusted | undefined {
  const certificates = files?.filter((file) => mayBeCertificate(file, repository));
  if (!certificates || certificates.length === 0) return undefined;
  const named = store.names === undefined ? undefined : new RegExp(store.names);
  const misnamed = certificates.filter((file) => named !== undefined && !named.test(file.place));
  const [first] = misnamed;
  if (first && misnamed.length === certificates.length) {
    const name = nameOf(first.place);
    const renamed = name.replace(/\.\w+$/, '.crt');
    const several = misnamed.length > 1 ? ` and ${misnamed.length - 1} more` : '';
    return {
      how: 'skipped',
      what: `${first.place}${several}`,
      repair: `update-ca-certificates passes over names that do not end in .crt; call it ${renamed}`,
    };
  }
  if (!store.deep && certificates.every((file) => parentOf(file.place) !== folder))
    return {
      how: 'nested',
      what: place,
      repair: `update-ca-certificates does not look into folders below ${folder} here; lay the file into that folder itself`,
    };
  const binary = certificates.find(({ committed }) => committed !== undefined && isBinary(committed, repository));
  if (!binary || store.managers.every((one) => one !== 'apt' && one !== 'apk')) return undefined;
  const pem = `openssl x509 -inform DER -in ${nameOf(binary.committed ?? '')} -out …`;
  return {
    how: 'binary',
    what: binary.place,
    repair: `the file is DER, and update-ca-certificates copies it into the bundle as it is, where no program can read it; convert it to PEM (\`${pem}\`)`,
  };
}

/** A file of the repository that holds a certificate, or one that is called as if it did. */
function mayBeCertificate(
  { place, committed }: { readonly place: string; readonly committed: string | undefined },
  repository: Repository,
): boolean {
  if (!/\.(?:crt|pem|cer|cert|der)$/i.test(place)) return false;
  const text = committed === undefined ? undefined : repository.read(committed)?.text;
  return text === undefined || text.includes('-----BEGIN CERTIFICATE-----') || isBinary(committed ?? '', repository);
}

/** X.690: a sequence with a length of one or two bytes. */
function isBinary(path: string, repository: Repository): boolean {
  const found = repository.read(path);
  if (!found || found.text.includes('-----BEGIN')) return false;
  return /^0[\x81\x82]/.test(found.text) || (found.bytes?.[0] === 0x30 && [0x81, 0x82].includes(found.bytes[1] ?? 0));
}

/** `COPY own.crt /usr/local/share/ca-certificates` where that folder comes only later, with the package. Tried on Debian 12. */
function isFileInstead(
  { instruction, files, folder }: Placement,
  stage: Stage,
  steps: readonly AuthorityStep[],
): boolean {
  if (stage.root.caBundle !== 'absent' || !/^(?:debian|ubuntu)(?:$|[:@])/.test(rootOf(stage).base)) return false;
  if (files?.length !== 1 || !/\.(?:crt|pem|cer)$/.test(instruction.words[0]?.value ?? '')) return false;
  const own = lineageOf(stage).flatMap(({ instructions }) => instructions);
  const before = own.slice(0, own.indexOf(instruction));
  const earlier = steps.slice(
    0,
    steps.findIndex((step) => step.instruction === instruction),
  );
  return (
    earlier.length === 0 &&
    before.every(({ keyword, words }) => keyword !== 'RUN' || words.every(({ value }) => !value.includes(folder)))
  );
}
