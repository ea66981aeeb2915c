import type { Fact, Issuance } from '../../../core/fact.ts';
import { buildFact, type Field, unknown, written } from '../../../core/fact-builder.ts';
import type { Range, Source } from '../../../core/source.ts';
import { spanOf } from '../../../core/source.ts';
import type { Extraction, Repository } from '../../../core/technology.ts';
import { type TemplateAction, templateActions } from '../../../formats/yaml-actions.ts';
import { spanOfNode } from '../../../formats/yaml-tree.ts';
import { type Chart, chartOf } from '../../dialects/helm-chart.ts';
import { evaluate } from '../../dialects/helm-expression.ts';

/**
 * Certificates that a template makes while it is rendered: `genCA CN DAYS`, `genSelfSignedCert CN IPS NAMES DAYS` and
 * `genSignedCert CN IPS NAMES DAYS CA`, and their forms with a key. One `issuance` each. Each upgrade of the release
 * makes them anew, unless the template looks for the one that is there. Source: Sprig, docs/crypto.md; crypto.go: RSA of 2048 bits.
 */
export function generatedCertificates(source: Source, repository: Repository): Extraction {
  const chart = chartOf(source.path, repository);
  const facts = templateActions(source.text)
    .filter(({ role }) => role === 'statement' || role === 'expression' || role === 'open')
    .flatMap((action) => factOf(source, action, chart));
  return { facts, diagnostics: [] };
}

const makers = {
  genCA: { days: 1, type: 'self-signed', ca: true },
  genCAWithKey: { days: 1, type: 'self-signed', ca: true },
  genSelfSignedCert: { days: 3, type: 'self-signed', ca: false },
  genSelfSignedCertWithKey: { days: 3, type: 'self-signed', ca: false },
  genSignedCert: { days: 3, type: 'ca', ca: false },
  genSignedCertWithKey: { days: 3, type: 'ca', ca: false },
} as const;

const isMaker = (name: string): name is keyof typeof makers => Object.hasOwn(makers, name);

function factOf(source: Source, { start, end }: TemplateAction, chart: Chart | undefined): readonly Fact<Issuance>[] {
  const action = source.text.slice(start, end);
  const called = /(?<![\w."`])gen(?:CA|SelfSignedCert|SignedCert)(?:WithKey)?(?!\w)/.exec(action);
  if (!called || !isMaker(called[0])) return [];
  const name = called[0];
  const { days, type, ca } = makers[name];
  const from = start + called.index;
  const operands = operandsOf(source.text, from + name.length, end);
  const self = spanOf(source, from, from + name.length);
  const operand = operands[days];
  const subject = `certificate that ${name} makes`;
  return [
    buildFact<Issuance>(
      { technology: 'helm', subject, self },
      { kind: 'issuance', ...(ca && { ca }) },
      {
        issuerType: written(type, self),
        issuer: type === 'self-signed' ? written(subject, self) : unknown,
        hosts: unknown,
        durationSeconds: (operand && secondsOf(source, operand, chart)) ?? unknown,
        key: name.endsWith('WithKey') ? unknown : written({ algorithm: 'RSA', bits: 2048 }, self),
      },
    ),
  ];
}

/** The arguments of a call: words, strings and what stands in parentheses. */
function operandsOf(text: string, from: number, end: number): readonly Range[] {
  const operands: Range[] = [];
  const call = text.slice(from, end);
  const operand = /\s*(?:"(?:[^"\\\n]|\\.)*"|`[^`]*`|\((?:[^()]|\((?:[^()]|\([^()]*\))*\))*\)|[^\s()|"`}]+)/y;
  for (operand.lastIndex = 0; operand.lastIndex < call.length; ) {
    const start = operand.lastIndex;
    const found = operand.exec(call)?.[0];
    if (found === undefined) break;
    const blanks = found.length - found.trimStart().length;
    operands.push({ start: from + start + blanks, end: from + start + found.length });
  }
  return operands;
}

/** Sprig counts in days. */
const secondsOfDay = 86_400;

function secondsOf(source: Source, range: Range, chart: Chart | undefined): Field<number> | undefined {
  const literal = source.text.slice(range.start, range.end);
  if (/^\d{1,6}$/.test(literal)) return written(Number(literal) * secondsOfDay, spanOf(source, range.start, range.end));
  const value = chart && evaluate(source, range, { chart });
  if (value?.kind !== 'scalar' || !value.node || !/^\d{1,6}$/.test(String(value.value))) return undefined;
  return written(Number(value.value) * secondsOfDay, spanOfNode(value.node));
}
