import type { Fact } from '../../core/fact.ts';
import type { Source } from '../../core/source.ts';
import type { Extraction, Repository, Unit, Versions } from '../../core/technology.ts';
import { parsePostfixServices, parsePostfixSettings } from '../../formats/postfix.ts';
import { mainListener, serviceListener } from './listeners.ts';
import { isMainFile } from './names.ts';
import { mailUpstream } from './relay.ts';
import type { Scope } from './settings.ts';

/** A main.cf and the master.cf beside it, in a folder or in a ConfigMap, are one. */
export function unitsOf(claimed: readonly Source[], repository: Repository): readonly Unit[] {
  const groups = new Map<string, [Source, ...Source[]]>();
  for (const source of claimed) {
    const name = source.held?.name ?? source.path;
    const place = source.held ? `${source.path}\0${source.held.holder}\0` : '';
    const key = `${place}${name.replace(/(?:main|master)(\.cf[^/]*)$/, '$1')}`;
    const group = groups.get(key);
    if (!group) groups.set(key, [source]);
    else if (isMain(source)) group.unshift(source);
    else group.push(source);
  }
  return [...groups.values()].map((sources) => ({ sources, repository }));
}

const nameOf = ({ held, path }: Source): string => held?.name ?? path;
const isMain = (source: Source): boolean => isMainFile(nameOf(source));

/** What a main.cf, a master.cf or both say. */
export function readPostfix({ sources }: Unit, versions: Versions): Extraction {
  const mainFile = sources.find(isMain);
  const masterFile = sources.find((source) => !isMain(source));
  const main = mainFile && parsePostfixSettings(mainFile);
  const master = masterFile && parsePostfixServices(masterFile);
  const scope: Scope = {
    service: undefined,
    main,
    whole: main !== undefined && !main.branching && /(?:^|\/)main\.cf[^/]*$/.test(nameOf(sources[0])),
    version: versions('postfix', sources[0].path),
  };
  const services = master?.services ?? [];
  const servers = services.filter(({ type, command }) => type === 'inet' && /^(?:smtpd|postscreen)$/.test(command));
  const client = services.find(
    ({ name, type, command }) => name.text === 'smtp' && type === 'unix' && command === 'smtp',
  );
  const facts: readonly (Fact | undefined)[] = [
    ...(master ? servers.map((service) => serviceListener({ ...scope, service }, service)) : [mainListener(scope)]),
    main && mailUpstream({ ...scope, service: client }),
  ];
  return {
    facts: facts.filter((fact) => fact !== undefined),
    diagnostics: [...(main?.diagnostics ?? []), ...(master?.diagnostics ?? [])],
  };
}
