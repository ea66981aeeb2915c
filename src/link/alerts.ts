import { type Alert, type Fact, type Issuance, spanAt } from '../core/fact.ts';

/**
 * Alerts on the certificates of cert-manager that fire before a certificate of this repository is due to be renewed: on
 * every healthy one, each time. Renewal is due when what is left of the lifetime is `renewBefore`, a third of it unless a
 * request says otherwise (cert-manager 1.21, CertificateSpec).
 */
export function linkAlerts(facts: readonly Fact[]): readonly Fact[] {
  const earliest = facts
    .filter(isRequest)
    .flatMap((request) => {
      const left = leftAtRenewal(request.data);
      return left === undefined ? [] : [{ request, left }];
    })
    .reduce<Due | undefined>((least, due) => (least && least.left <= due.left ? least : due), undefined);
  if (!earliest) return facts;
  return facts.map((fact) => (isAlert(fact) ? withRenewal(fact, earliest) : fact));
}

interface Due {
  readonly request: Fact<Issuance>;
  /** Seconds before the certificate's end. */
  readonly left: number;
}

const isAlert = (fact: Fact): fact is Fact<Alert> =>
  fact.data.kind === 'alert' && fact.data.metric.startsWith('certmanager_certificate_');
const isRequest = (fact: Fact): fact is Fact<Issuance> =>
  fact.data.kind === 'issuance' && fact.technology === 'cert-manager' && fact.data.issuer !== fact.subject;

function leftAtRenewal({ renewBeforeSeconds, durationSeconds }: Issuance): number | undefined {
  return renewBeforeSeconds ?? (durationSeconds === undefined ? undefined : durationSeconds / 3);
}

/** The threshold counts time until the end, as renewal does; one that counts until renewal has another metric. */
function withRenewal(alert: Fact<Alert>, { request, left }: Due): Fact<Alert> {
  const { thresholdSeconds, metric } = alert.data;
  if (thresholdSeconds === undefined || /renewal|ready_status|not_before/.test(metric)) return alert;
  if (thresholdSeconds <= left) return alert;
  const days = Math.round(left / 86_400);
  return {
    ...alert,
    data: { ...alert.data, beforeRenewal: true },
    spans: { ...alert.spans, beforeRenewal: spanAt(alert, 'thresholdSeconds') },
    related: [
      ...alert.related,
      {
        span: spanAt(request, 'renewBeforeSeconds'),
        phrase: `${request.subject} is renewed ${days} days before its end`,
      },
    ],
  };
}
