import type { Fact, Issuance } from '../../../core/fact.ts';
import { buildFact, unknown, written } from '../../../core/fact-builder.ts';
import { spanOfWord } from '../../../formats/word.ts';
import type { ComponentPlace, Flags } from '../../dialects/component-flags.ts';
import { goDurationSeconds } from '../settings.ts';

/**
 * How long certificates hold that the controller manager signs: `--cluster-signing-duration`, a year where nobody writes
 * it (Kubernetes, pkg/controller/certificates/signer/config/v1alpha1/defaults.go).
 */
export function signingFacts(program: string, flags: Flags, place: ComponentPlace): readonly Fact<Issuance>[] {
  const duration = flags.get('cluster-signing-duration') ?? flags.get('experimental-cluster-signing-duration');
  if (program !== 'kube-controller-manager' || !duration) return [];
  const subject = `signer of ${place.subject}`;
  const seconds = duration.unknown ? undefined : goDurationSeconds(duration.text);
  return [
    buildFact<Issuance>(
      { technology: place.technology, subject, self: spanOfWord(duration) },
      { kind: 'issuance', issuer: subject, issuerType: 'ca' },
      { durationSeconds: seconds === undefined ? unknown : written(seconds, spanOfWord(duration)) },
    ),
  ];
}
