import { type HelmValue, truthOf, unknownValue } from './helm-value.ts';

/**
 * What a function of Go's templates or of Sprig makes of its arguments, as far as it only passes scalars on or compares
 * them. `include`, `tpl`, `lookup` and everything else stay unknown.
 */
export function call(name: string, operands: readonly HelmValue[]): HelmValue {
  return functions.get(name)?.(operands) ?? unknownValue;
}

type TemplateFunction = (operands: readonly HelmValue[]) => HelmValue | undefined;

/** A function of one scalar, its last argument; nothing stays nothing. */
const ofScalar =
  (change: (value: string | number | boolean) => string | number | boolean, quoted = false): TemplateFunction =>
  (operands) => {
    const last = operands.at(-1);
    if (last?.kind !== 'scalar') return last;
    return { ...last, value: change(last.value), ...(quoted && { quoted }) };
  };

const boolean = (value: boolean | undefined): HelmValue =>
  value === undefined ? unknownValue : { kind: 'scalar', value };

const functions: ReadonlyMap<string, TemplateFunction> = new Map<string, TemplateFunction>([
  ['quote', onlyOne(ofScalar(String, true))],
  ['squote', onlyOne(ofScalar(String, true))],
  ['toString', onlyOne(ofScalar(String))],
  ['trim', onlyOne(ofScalar((value) => String(value).trim()))],
  ['lower', onlyOne(ofScalar((value) => String(value).toLowerCase()))],
  ['upper', onlyOne(ofScalar((value) => String(value).toUpperCase()))],
  ['int', onlyOne(wholeNumber)],
  ['int64', onlyOne(wholeNumber)],
  ['toYaml', onlyOne(ofScalar((value) => value))],
  ['indent', ofScalar((value) => value)],
  ['nindent', ofScalar((value) => value)],
  ['required', ([, value]) => (value && truthOf(value) ? value : unknownValue)],
  ['default', ([instead, value]) => chosen(value, instead)],
  ['coalesce', (operands) => operands.reduceRight((instead, value) => chosen(value, instead))],
  ['ternary', ([one, other, test]) => (test ? pick(truthOf(test), one, other) : unknownValue)],
  ['empty', ([value]) => boolean(negated(value && truthOf(value)))],
  ['not', ([value]) => boolean(negated(value && truthOf(value)))],
  ['and', (operands) => joined(operands, false)],
  ['or', (operands) => joined(operands, true)],
  ['eq', ([first, ...others]) => boolean(equal(first, others))],
  ['ne', ([first, ...others]) => boolean(negated(equal(first, others)))],
]);

function onlyOne(read: TemplateFunction): TemplateFunction {
  return (operands) => (operands.length === 1 ? read(operands) : undefined);
}

function wholeNumber([value]: readonly HelmValue[]): HelmValue | undefined {
  if (value?.kind !== 'scalar') return undefined;
  const number = Math.trunc(Number(value.value));
  return Number.isFinite(number) ? { ...value, value: number } : undefined;
}

/** `value`, or what stands in for it where it is empty. */
function chosen(value: HelmValue | undefined, instead: HelmValue | undefined): HelmValue {
  const truth = value && truthOf(value);
  return pick(truth, value, instead);
}

const pick = (truth: boolean | undefined, one: HelmValue | undefined, other: HelmValue | undefined): HelmValue =>
  (truth === undefined ? undefined : truth ? one : other) ?? unknownValue;

const negated = (value: boolean | undefined): boolean | undefined => (value === undefined ? undefined : !value);

/** `and` gives the first operand that is false, `or` the first that is true; else the last one. */
function joined(operands: readonly HelmValue[], stopsAt: boolean): HelmValue {
  const truths = operands.map(truthOf);
  const deciding = truths.indexOf(stopsAt);
  const open = truths.indexOf(undefined);
  if (open === -1 || (deciding !== -1 && deciding < open)) return operands[deciding] ?? operands.at(-1) ?? unknownValue;
  return deciding === -1 ? unknownValue : { kind: 'unknown', truth: stopsAt };
}

function equal(first: HelmValue | undefined, others: readonly HelmValue[]): boolean | undefined {
  const compared = others.map((other) => same(first, other));
  return compared.includes(true) ? true : compared.includes(undefined) || compared.length === 0 ? undefined : false;
}

function same(one: HelmValue | undefined, other: HelmValue): boolean | undefined {
  if (!one || one.kind === 'unknown' || other.kind === 'unknown') return undefined;
  if (one.kind === 'scalar' && other.kind === 'scalar') return String(one.value) === String(other.value);
  return one.kind === 'nothing' && other.kind === 'nothing';
}
