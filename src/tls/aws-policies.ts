import { data as table } from '../../data/aws-tls-policies.yaml';
import type { ProtocolVersion } from '../core/fact.ts';

/** What a listener of AWS Elastic Load Balancing accepts under one of the predefined policies. */
export interface AwsPolicy {
  readonly protocols: readonly ProtocolVersion[];
  /** Suites of TLS 1.2 and older, in order of preference; `undefined` where they are not known for sure. */
  readonly ciphers: readonly string[] | undefined;
  readonly suites13: readonly string[] | undefined;
}

/** The policy of a listener that names none: API, CloudFormation and the AWS Load Balancer Controller alike. */
export const awsDefaultPolicyName = table.default;

/** The predefined policy of this name, as `ELBSecurityPolicy-2016-08`; `undefined` for one that the table lacks. */
export function awsPolicy(name: string): AwsPolicy | undefined {
  const policy = table.policies.find((one) => one.name === name);
  if (!policy) return undefined;
  const { protocols, suites, suites13 } = policy;
  const only13 = protocols.every((protocol) => protocol === 'TLSv1.3');
  return {
    protocols,
    ciphers: only13 ? [] : suites === undefined ? undefined : table.lists[suites],
    suites13: suites13 === undefined ? undefined : table.lists[suites13],
  };
}
