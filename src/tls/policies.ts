import { data as policies } from '../../data/policies.yaml';
import type { Policy } from '../core/rule.ts';

/** The built-in policies by name. */
export const policyNamed = (name: string): Policy | undefined => policies.find((policy) => policy.name === name);

export const policyNames = (): readonly string[] => policies.map(({ name }) => name);
