import type { CompiledRule, Condition, RuleHead } from '../core/rule.ts';

/** Puts a rule together from the functions that its conditions were compiled to. */
export function assemble(
  head: RuleHead,
  lower: readonly { readonly to: CompiledRule['lower'][number]['to']; readonly message?: string }[],
  condition: (name: string) => Condition | undefined,
): CompiledRule {
  const when = condition('when');
  if (!when) throw new Error(`rule ${head.id} has no compiled condition`);
  const element = condition('element');
  return {
    head,
    when,
    ...(element && { element }),
    lower: lower.flatMap(({ to, message }, index) => {
      const lowerWhen = condition(`lower${index}`);
      return lowerWhen ? [{ to, when: lowerWhen, ...(message !== undefined && { message }) }] : [];
    }),
  };
}
