import type { Event } from 'js-yaml';
import type { Diagnostic } from '../core/finding.ts';
import { type Source, spanOf } from '../core/source.ts';
import { firstBranches, withoutMisfits } from './yaml-branches.ts';
import { buildDocuments } from './yaml-build.ts';
import { eventsOf } from './yaml-events.ts';
import { isJsonPath, looksLikeJson, objectsInRow, withoutJsonComments } from './yaml-json.ts';
import { expectationOf, type Problem } from './yaml-problems.ts';
import { documentBounds, type Recovered, recoverDocuments } from './yaml-recovery.ts';
import {
  hasBareAction,
  isTemplatePath,
  looksTemplated,
  type MaskedTemplate,
  maskTemplate,
  mayHoldActions,
  withCuts,
} from './yaml-template.ts';
import type { YamlNode } from './yaml-tree.ts';

/** The documents of a YAML or JSON text, and what could not be read of it. */
export interface YamlFile {
  readonly documents: readonly YamlNode[];
  /** `parse-error`, one for each broken document, with its place and what was expected. */
  readonly diagnostics: readonly Diagnostic[];
  /** Whether template control lines or expressions were masked. */
  readonly templated: boolean;
}

const parsed = new WeakMap<Source, YamlFile>();

/**
 * Never throws. A document that does not parse costs a diagnostic and its own rest, no other document. Parsed once per
 * source: later calls with the same source return the same tree.
 */
export function parseYaml(source: Source): YamlFile {
  const known = parsed.get(source);
  if (known) return known;
  const file = parseFresh(source);
  parsed.set(source, file);
  return file;
}

function parseFresh(source: Source): YamlFile {
  const { path, text } = source;
  const mayBeTemplate = mayHoldActions(source);
  if (mayBeTemplate && isTemplatePath(path)) return parseTemplate(source);
  const written = isJsonPath(path) ? withoutJsonComments(text) : text;
  const whole = eventsOf(written);
  if (mayBeTemplate && (whole.events ? hasBareAction(text, whole.events) : looksTemplated(text))) {
    return parseTemplate(source);
  }
  if (whole.events) return wholeFile(source, whole.text, whole.events);
  const objects = looksLikeJson(text) ? objectsInRow(written) : [];
  return brokenFile(source, recoverDocuments(written, objects.length > 1 ? objects : documentBounds(written)));
}

function parseTemplate(source: Source): YamlFile {
  const template = maskTemplate(source.text);
  const whole = eventsOf(template.text);
  if (whole.events) return wholeFile(source, whole.text, whole.events, template);
  const { text } = template;
  const branches = firstBranches(text, template.regions);
  const recovered = recoverDocuments(text, documentBounds(text), branches);
  const fitting =
    recovered.problems.length === 0
      ? undefined
      : (withoutMisfits(template) ?? withoutMisfits({ ...template, text: branches }));
  const fitted = fitting && eventsOf(fitting.text);
  if (fitting && fitted?.events) return wholeFile(source, fitted.text, fitted.events, fitting);
  return brokenFile(source, recovered, template);
}

const wholeFile = (source: Source, text: string, events: readonly Event[], template?: MaskedTemplate): YamlFile => ({
  documents: buildDocuments(source, text, events, template),
  diagnostics: [],
  templated: template !== undefined,
});

const brokenFile = (
  source: Source,
  { text, events, problems, cuts }: Recovered,
  template?: MaskedTemplate,
): YamlFile => ({
  documents: buildDocuments(source, text, events, withCuts(text, template, cuts)),
  diagnostics: problems.map((problem) => parseError(source, problem, template !== undefined)),
  templated: template !== undefined,
});

function parseError(source: Source, problem: Problem, templated: boolean): Diagnostic {
  const at = Math.min(problem.position, source.text.length);
  const format = isJsonPath(source.path) ? 'JSON' : 'YAML';
  const what = templated ? `this template is not valid ${format} without its actions` : `this is not valid ${format}`;
  const message = `${what}: ${expectationOf(problem, source.text)}; the rest of this document was not read`;
  return { code: 'parse-error', message, span: spanOf(source, at, Math.min(at + 1, source.text.length)) };
}
