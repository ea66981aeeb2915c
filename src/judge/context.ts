import type { ProtocolVersion } from '../core/fact.ts';
import type { KeywordName } from '../core/keyword-names.ts';
import type { ConditionContext, JudgeContext } from '../core/rule.ts';
import { compareProtocols, protocolVersions } from '../tls/protocols.ts';
import { isWeakSuite, lacksForwardSecrecy } from '../tls/suites.ts';

const millisecondsPerDay = 86_400_000;

/** What the TLS keywords of a condition mean, by name. `limit` is the keyword's value in the rule file. */
const keywords: Readonly<Record<KeywordName, (limit: unknown, value: unknown, context: JudgeContext) => boolean>> = {
  belowProtocol: (limit, value, { policy }) => {
    const bound = limit === 'policy' ? policy.minimumProtocol : limit;
    return isProtocol(value) && isProtocol(bound) && compareProtocols(value, bound) < 0;
  },
  lacksForwardSecrecy: (_limit, value) => typeof value === 'string' && lacksForwardSecrecy(value),
  weakSuite: (_limit, value, { policy }) => typeof value === 'string' && isWeakSuite(value, policy),
  expired: (_limit, value, { today }) => {
    const validity = validityOf(value);
    return validity !== undefined && validity.notAfter < today;
  },
  expiresWithin: (_limit, value, context) => {
    const validity = validityOf(value);
    return validity !== undefined && expiresSoon(validity, context);
  },
};

/** The context that compiled conditions are called with. */
export const conditionContext = (context: JudgeContext): ConditionContext => ({
  check: (keyword, limit, value) => keywords[keyword](limit, value, context),
});

interface Validity {
  readonly notBefore: number;
  readonly notAfter: number;
}

/**
 * Not yet past, and nearer than both the policy's days and its share of the lifetime: thirty days are nonsense for a
 * certificate that lives for six, and a third of the lifetime is too early for one that lives for ten years.
 */
function expiresSoon({ notBefore, notAfter }: Validity, { policy, today }: JudgeContext): boolean {
  const remaining = notAfter - today;
  const allowed = Math.min(policy.expiry.days * millisecondsPerDay, policy.expiry.fraction * (notAfter - notBefore));
  return remaining >= 0 && remaining < allowed;
}

function validityOf(value: unknown): Validity | undefined {
  if (typeof value !== 'object' || value === null || !('notBefore' in value) || !('notAfter' in value))
    return undefined;
  const notBefore = Date.parse(String(value.notBefore));
  const notAfter = Date.parse(String(value.notAfter));
  return Number.isNaN(notBefore) || Number.isNaN(notAfter) ? undefined : { notBefore, notAfter };
}

const isProtocol = (value: unknown): value is ProtocolVersion => protocolVersions.some((version) => version === value);
