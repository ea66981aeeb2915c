import type { Client, Fact } from '../../core/fact.ts';
import type { Extraction, Unit } from '../../core/technology.ts';
import { parseYaml } from '../../formats/yaml.ts';
import type { YamlEntry, YamlNode } from '../../formats/yaml-tree.ts';
import { entries, get, items, text } from '../../formats/yaml-tree.ts';
import { type ClientPlace, clientsInScript } from '../dialects/verification.ts';
import { clientsInCall, isLocal, wordOfNode } from '../dialects/verification-calls.ts';
import { factsInEnvironmentNode } from '../dialects/verification-containers.ts';

/** What the services of a Compose file tell programs. */
export const readCompose = ({ sources: [source] }: Unit): Extraction => ({
  facts: parseYaml(source).documents.flatMap((document) =>
    entries(document, 'services').flatMap((service) => clientsOfService(service, isDevelopment(source.path))),
  ),
  diagnostics: parseYaml(source).diagnostics,
});

const isDevelopment = (path: string): boolean =>
  isLocal(path) ||
  /(?:^|\/)(?:dev|development|local)\//i.test(path) ||
  /[._-](?:dev|devel|development|local|tests?|testing|override|e2e|ci|integration)(?:[._-][^/]*)?$/i.test(path);

function clientsOfService({ key, value: service }: YamlEntry, local: boolean): readonly Fact[] {
  const place: ClientPlace = { technology: 'compose', subject: `service ${key.value}`, phase: 'run', local };
  const environment = get(service, 'environment');
  const buildArguments = get(service, 'build', 'args');
  return [
    ...(environment ? factsInEnvironmentNode(environment, place) : []),
    ...(buildArguments ? factsInEnvironmentNode(buildArguments, { ...place, phase: 'build' }) : []),
    ...clientsOfCall(get(service, 'entrypoint'), place),
    ...clientsOfCall(get(service, 'command'), place),
    ...clientsOfCall(get(service, 'healthcheck', 'test'), { ...place, probe: true }).filter(
      ({ data: { target } }) => !isItself(target, key.value, service),
    ),
  ];
}

/** A health check asks the container itself, also by the names that the network has for it. */
function isItself(target: string | undefined, name: string, service: YamlNode): boolean {
  const host = target?.replace(/:\d+$/, '');
  return host !== undefined && [name, text(service, 'hostname'), text(service, 'container_name')].includes(host);
}

/** A string is split like shell words; of a health check's list, the first item says how to run the rest. */
function clientsOfCall(node: YamlNode | undefined, place: ClientPlace): readonly Fact<Client>[] {
  if (node?.kind === 'scalar') return clientsInScript(wordOfNode(node).script(), place);
  const words = items(node).map(wordOfNode);
  const [first, second] = words;
  if (first?.value === 'CMD-SHELL' && second) return clientsInScript(second.script(), place);
  return clientsInCall(first?.value === 'CMD' ? words.slice(1) : words, place);
}
