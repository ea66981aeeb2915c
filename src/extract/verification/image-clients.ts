import type { Client, Fact } from '../../core/fact.ts';
import type { Source } from '../../core/source.ts';
import { spanOf } from '../../core/source.ts';
import type { Extraction, Unit } from '../../core/technology.ts';
import type { DockerfileInstruction, DockerfileWord } from '../../formats/dockerfile.ts';
import { parseDockerfile } from '../../formats/dockerfile.ts';
import { type ClientPlace, clientsInEnvironment, clientsInFile, clientsInScript } from '../dialects/verification.ts';
import { clientsInCall, isLocal, wordAt } from '../dialects/verification-calls.ts';
import { runtimeVersions } from '../dialects/verification-runtimes.ts';
import { clientsInPowerShell } from './powershell.ts';

/** What the instructions of a Dockerfile tell programs. */
export const readImage = ({ sources: [source] }: Unit): Extraction => ({
  facts: stagesOf(parseDockerfile(source).instructions).flatMap((stage) => clientsOfStage(stage, source)),
  diagnostics: [],
});

interface Stage {
  readonly subject: string;
  /** Whether it is, or becomes, the image that the file builds. */
  readonly deployed: boolean;
  readonly instructions: readonly DockerfileInstruction[];
}

/** The stages of a file; what stands before the first FROM counts to the first. */
function stagesOf(instructions: readonly DockerfileInstruction[]): readonly Stage[] {
  const stages: { readonly name: string | undefined; readonly base: string; readonly body: DockerfileInstruction[] }[] =
    [];
  const early: DockerfileInstruction[] = [];
  for (const instruction of instructions) {
    if (instruction.keyword === 'FROM') {
      const [base, as, name] = instruction.words.map(({ value }) => value.toLowerCase());
      stages.push({ name: as === 'as' ? name : undefined, base: base ?? '', body: stages.length === 0 ? early : [] });
    } else (stages.at(-1)?.body ?? early).push(instruction);
  }
  const deployed = new Set<number>();
  for (let index = stages.length - 1; index >= 0 && !deployed.has(index); ) {
    deployed.add(index);
    const base = stages[index]?.base;
    index = stages.findIndex(({ name }, other) => name !== undefined && name === base && other < index);
  }
  return stages.map(({ name, body }, index) => ({
    subject: name !== undefined ? `stage ${name}` : stages.length === 1 ? 'the image' : `stage ${index}`,
    deployed: deployed.has(index),
    instructions: body,
  }));
}

function clientsOfStage(stage: Stage, source: Source): readonly Fact[] {
  const place = { technology: 'dockerfile', subject: stage.subject, ...(isLocal(source.path) && { local: true }) };
  const build: ClientPlace = { ...place, phase: 'build' };
  const run: ClientPlace = { ...place, phase: stage.deployed ? 'run' : 'build' };
  return stage.instructions.flatMap((instruction, index) => {
    switch (instruction.keyword) {
      case 'ENV':
        return clientsOfPairs(instruction, source, ({ value }) =>
          setsAgain(value, stage.instructions.slice(index + 1)) ? build : run,
        );
      case 'ARG':
        return clientsOfPairs(instruction, source, () => build);
      case 'RUN':
        return clientsOfCall(instruction, source, build);
      case 'CMD':
      case 'ENTRYPOINT':
        return clientsOfCall(instruction, source, run);
      case 'HEALTHCHECK':
        return clientsOfCall(instruction, source, { ...run, probe: true });
      case 'COPY':
      case 'ADD':
        return instruction.heredocs.flatMap(({ content }) =>
          /^#!\s*\S*(?:\/env\s+)?\S*sh\b/.test(content.text)
            ? clientsInScript(content, run)
            : clientsInFile(instruction.words.at(-1)?.value ?? '', content, run),
        );
      default:
        return [];
    }
  });
}

function clientsOfPairs(
  { pairs }: DockerfileInstruction,
  source: Source,
  placeOf: (name: DockerfileWord) => ClientPlace,
): readonly Fact[] {
  return pairs.flatMap(({ name, value }): readonly Fact[] => {
    if (!value) return [];
    const word = wordAt(source, value.value, value.range.start, value.range.end);
    const known = value.value.includes('$') ? { ...word, value: undefined } : word;
    const span = spanOf(source, name.range.start, name.range.end);
    const place = placeOf(name);
    return [
      ...clientsInEnvironment(name.value, known, span, place),
      ...runtimeVersions([{ name: name.value, span, value: known }], place),
    ];
  });
}

/** A later ENV gives the variable another value: what stands here holds for the steps between. */
const setsAgain = (name: string, later: readonly DockerfileInstruction[]): boolean =>
  later.some(({ keyword, pairs }) => keyword === 'ENV' && pairs.some((pair) => pair.name.value === name));

function clientsOfCall(
  instruction: DockerfileInstruction,
  source: Source,
  place: ClientPlace,
): readonly Fact<Client>[] {
  const { start, end } = instruction.range;
  const powerShell = instruction.script
    ? /\b(?:pwsh|powershell)(?:\.exe)?\b/i.test(source.text.slice(start, end))
    : /^(?:RUN|CMD|ENTRYPOINT)$/.test(instruction.keyword);
  const byPowerShell = powerShell ? clientsInPowerShell(source, instruction.range, place) : [];
  if (byPowerShell.length > 0) return byPowerShell;
  if (instruction.script) return clientsInScript(instruction.script, place);
  const words = instruction.words.filter(({ value }, index) => index > 0 || value.toUpperCase() !== 'CMD');
  return clientsInCall(
    words.map(({ value, range }) => wordAt(source, value, range.start, range.end)),
    place,
  );
}
