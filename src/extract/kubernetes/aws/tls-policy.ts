import type { Listener } from '../../../core/fact.ts';
import { byDefault, type Field, type Fields, unknown, written } from '../../../core/fact-builder.ts';
import { awsDefaultPolicyName, awsPolicy } from '../../../tls/aws-policies.ts';
import type { KindContext } from '../kind.ts';
import type { KubernetesObject } from '../objects.ts';
import { type Setting, scalarIn, spanIn } from '../settings.ts';

type Accepted = Pick<Fields<Listener>, 'protocols' | 'ciphers' | 'suites13'>;

/** What a listener accepts under the policy that a setting names; `undefined` where it names none. */
export function acceptedUnder(setting: Setting): Accepted | undefined {
  if (setting.state === 'absent') return undefined;
  const node = scalarIn(setting);
  const span = spanIn(setting);
  const policy = node && awsPolicy(node.value);
  if (!policy || !span) return { protocols: unknown, ciphers: unknown };
  const from = <T>(value: T | undefined): Field<T> => (value === undefined ? unknown : written(value, span));
  return { protocols: from(policy.protocols), ciphers: from(policy.ciphers), suites13: from(policy.suites13) };
}

/** What a listener without a policy accepts: AWS's default, or that of the controller's flag where it is in the repository. */
export function acceptedByDefault(context: KindContext, guessed: boolean): Accepted {
  const flagged = flaggedPolicy(context);
  const policy = awsPolicy(flagged ?? awsDefaultPolicyName);
  if (!policy) return { protocols: unknown, ciphers: unknown };
  const reason =
    flagged === undefined
      ? `${awsDefaultPolicyName}, the policy of an AWS load balancer where none is named`
      : `${flagged} (--default-ssl-policy of the controller)`;
  return {
    protocols: byDefault(policy.protocols, reason, guessed),
    ...(policy.ciphers && { ciphers: byDefault(policy.ciphers, reason, guessed) }),
  };
}

/** Kinds that can hold the flags or the Helm values of the AWS Load Balancer Controller. */
const holders = [
  'apps/Deployment',
  'helm.toolkit.fluxcd.io/HelmRelease',
  'argoproj.io/Application',
  'helm.cattle.io/HelmChartConfig',
];

/** What those objects must say to explain an Ingress. */
export const saysDefaultPolicy = /default-ssl-policy|defaultSSLPolicy/;

function flaggedPolicy({ known }: KindContext): string | undefined {
  const names = holders
    .flatMap((kind) => known(kind))
    .map(textOf)
    .flatMap((text) => /(?:--default-ssl-policy[= ]|defaultSSLPolicy["']?:\s*["']?)([\w-]+)/.exec(text)?.[1] ?? []);
  return new Set(names).size === 1 ? names[0] : undefined;
}

const textOf = ({ root }: KubernetesObject): string => root.source.text.slice(root.range.start, root.range.end);
