import type { Fact, Service, Workload } from '../core/fact.ts';

/** Workloads and Services of all manifests, for looking up what leads to what. */
export interface Cluster {
  /** The Services of a name, `shop/api`; those of the same build where there are any. */
  readonly servicesNamed: (name: string, build: string | undefined) => readonly Fact<Service>[];
  /** The workloads that a Service selects. */
  readonly workloadsBehind: (service: Fact<Service>) => readonly Fact<Workload>[];
  /** The workloads of a namespace whose labels match; all of it without a selector. */
  readonly workloadsSelected: (
    namespace: string | undefined,
    selector: Labels | undefined,
    build: string | undefined,
  ) => readonly Fact<Workload>[];
  /** The Services that select any of these workloads. */
  readonly servicesBefore: (workloads: readonly Fact<Workload>[]) => readonly Fact<Service>[];
}

export type Labels = Readonly<Record<string, string>>;

export function clusterOf(facts: readonly Fact[]): Cluster {
  const everyService = facts.filter(isService);
  const services = groupedBy(everyService, ({ data }) => data.name);
  const servicesIn = groupedBy(everyService, ({ data }) => data.namespace ?? '');
  const workloads = groupedBy(facts.filter(isWorkload), ({ data }) => data.namespace ?? '');
  const selected: Cluster['workloadsSelected'] = (namespace, selector, build) =>
    ofBuild(
      (workloads.get(namespace ?? '') ?? []).filter(
        ({ data }) => selector === undefined || selects(selector, data.labels),
      ),
      build,
    );
  return {
    servicesNamed: (name, build) => ofBuild(services.get(name) ?? [], build),
    workloadsBehind: ({ data, build }) =>
      data.selector === undefined || Object.keys(data.selector).length === 0
        ? []
        : selected(data.namespace, data.selector, build),
    workloadsSelected: selected,
    servicesBefore: (workloads) =>
      workloads.flatMap(({ data }) =>
        (servicesIn.get(data.namespace ?? '') ?? []).filter(
          (service) => service.data.selector !== undefined && selects(service.data.selector, data.labels),
        ),
      ),
  };
}

/** Whether labels hold all of a selector's; not where the labels are not known. */
export const selects = (selector: Labels, labels: Labels | undefined): boolean =>
  labels !== undefined && Object.entries(selector).every(([key, value]) => labels[key] === value);

/**
 * What belongs to a build, where anything does: another build of the same files is another environment. Else everything:
 * what builds of different files make may share a cluster.
 */
export function ofBuild<T extends Fact>(facts: readonly T[], build: string | undefined): readonly T[] {
  const own = facts.filter((fact) => fact.build === build);
  return own.length > 0 ? own : facts;
}

/** Values by key, in order. */
export function groupedBy<T>(values: readonly T[], key: (value: T) => string): ReadonlyMap<string, readonly T[]> {
  const groups = new Map<string, T[]>();
  for (const value of values) {
    const name = key(value);
    const group = groups.get(name);
    if (group) group.push(value);
    else groups.set(name, [value]);
  }
  return groups;
}

export const isWorkload = (fact: Fact): fact is Fact<Workload> => fact.data.kind === 'workload';
const isService = (fact: Fact): fact is Fact<Service> => fact.data.kind === 'service';

/** A reference to a Service, `shop/api:8443`: its name, and the port by number or name. */
export function serviceReference(reference: string): { readonly name: string; readonly port: string | undefined } {
  const colon = reference.lastIndexOf(':');
  return colon === -1
    ? { name: reference, port: undefined }
    : { name: reference.slice(0, colon), port: reference.slice(colon + 1) };
}

/** The number of a workload's port behind a Service's port; `undefined` where nothing tells. */
export function targetPort(workload: Fact<Workload>, port: NonNullable<Service['ports']>[number]): number | undefined {
  const target = port.target ?? port.number;
  if (typeof target === 'number') return target;
  return workload.data.ports?.find(({ name }) => name === target)?.number;
}
