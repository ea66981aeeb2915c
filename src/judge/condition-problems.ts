import factSchema from '../../schemas/fact.schema.json' with { type: 'json' };
import type { JsonSchema } from '../core/rule.ts';

export interface ConditionProblem {
  readonly path: readonly string[];
  readonly message: string;
}

/**
 * What JSON Schema would accept of a condition and a rule must not say: a field that the kind lacks (it would never
 * match), a field read without being required (`properties` alone also matches a fact that lacks it), and a `required`
 * inside `not` that nothing outside demands (it would match the unknown).
 */
export function conditionProblems(
  condition: JsonSchema,
  path: readonly string[],
  kinds: readonly JsonSchema[],
): readonly ConditionProblem[] {
  return problems(condition, path, kinds, { demanded: [], negated: false });
}

interface Surroundings {
  /** What is required at this level by an enclosing condition. */
  readonly demanded: readonly string[];
  readonly negated: boolean;
}

function problems(
  condition: JsonSchema,
  path: readonly string[],
  shapes: readonly JsonSchema[],
  surroundings: Surroundings,
): readonly ConditionProblem[] {
  const required = stringsOf(condition.required);
  const demanded = [...surroundings.demanded, ...required];
  const here = { ...surroundings, demanded };
  return [
    ...required.flatMap((field) => requiredProblems(field, path, shapes, surroundings)),
    ...Object.entries(membersOf(condition.properties)).flatMap(([field, inner]) => [
      ...(demanded.includes(field)
        ? []
        : [{ path: [...path, 'properties', field], message: `read but not required: add "${field}" to required` }]),
      ...problems(inner, [...path, 'properties', field], fieldShapes(shapes, field), {
        demanded: [],
        negated: surroundings.negated,
      }),
    ]),
    ...['items', 'contains'].flatMap((keyword) => {
      const inner = condition[keyword];
      return isSchema(inner)
        ? problems(inner, [...path, keyword], elementShapes(shapes), { demanded: [], negated: surroundings.negated })
        : [];
    }),
    ...['anyOf', 'allOf'].flatMap((keyword) =>
      schemasOf(condition[keyword]).flatMap((inner, index) =>
        problems(inner, [...path, keyword, String(index)], shapes, here),
      ),
    ),
    ...(isSchema(condition.not) ? problems(condition.not, [...path, 'not'], shapes, { demanded, negated: true }) : []),
  ];
}

function requiredProblems(
  field: string,
  path: readonly string[],
  shapes: readonly JsonSchema[],
  { demanded, negated }: Surroundings,
): readonly ConditionProblem[] {
  const place = [...path, 'required'];
  if (shapes.length > 0 && fieldShapes(shapes, field).length === 0) {
    return [{ path: place, message: `no such field: "${field}"` }];
  }
  if (negated && !demanded.includes(field)) {
    return [
      { path: place, message: `"${field}" is required only inside "not": that would match what cannot be known` },
    ];
  }
  return [];
}

/** The schemas of a field in those of these shapes that have it. */
function fieldShapes(shapes: readonly JsonSchema[], field: string): readonly JsonSchema[] {
  return shapes.flatMap((shape) => {
    const inner = membersOf(resolved(shape).properties)[field];
    return inner ? [resolved(inner)] : [];
  });
}

const elementShapes = (shapes: readonly JsonSchema[]): readonly JsonSchema[] =>
  shapes.flatMap((shape) => {
    const inner = resolved(shape).items;
    return isSchema(inner) ? [resolved(inner)] : [];
  });

function resolved(schema: JsonSchema): JsonSchema {
  const reference = schema.$ref;
  if (typeof reference !== 'string') return schema;
  const definitions: Readonly<Record<string, JsonSchema>> = factSchema.definitions;
  return definitions[reference.replace('#/definitions/', '')] ?? schema;
}

const isSchema = (value: unknown): value is JsonSchema =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const membersOf = (value: unknown): Readonly<Record<string, JsonSchema>> =>
  isSchema(value)
    ? Object.fromEntries(Object.entries(value).filter((entry): entry is [string, JsonSchema] => isSchema(entry[1])))
    : {};
const schemasOf = (value: unknown): readonly JsonSchema[] => (Array.isArray(value) ? value.filter(isSchema) : []);
const stringsOf = (value: unknown): readonly string[] =>
  Array.isArray(value) ? value.filter((item): item is string => typeof item === 'string') : [];
