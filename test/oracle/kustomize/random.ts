import fc from 'fast-check';
import type { BuildCase } from './build-case.ts';

/** A repository of one base and one overlay, made at random, small enough to meet itself often. */
export const repositories: fc.Arbitrary<BuildCase> = fc
  .record({
    objects: fc.uniqueArray(fc.oneof(deployments(), services(), ingresses(), gateways(), configMaps()), {
      minLength: 1,
      maxLength: 5,
      selector: ({ kind, metadata }) => `${kind} ${metadata.name}`,
    }),
    base: settings(),
    overlay: settings(),
    patches: fc.uniqueArray(fc.oneof(mergePatches(), jsonPatches(), targetedPatches()), {
      maxLength: 4,
      selector: (patch) => JSON.stringify(patch),
    }),
  })
  .map(({ objects, base, overlay, patches }) => {
    const fitting = patches.filter((patch) => fits(patch, objects));
    return {
      name: 'random',
      files: {
        'base/kustomization.yaml': JSON.stringify({ resources: ['all.yaml'], ...base }),
        'base/all.yaml': objects.map((object) => JSON.stringify(object, null, 1)).join('\n---\n'),
        'overlay/kustomization.yaml': JSON.stringify({
          resources: ['../base'],
          ...overlay,
          patches: fitting.map(written),
        }),
      },
    };
  });

interface Named {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string };
}

interface Patch {
  readonly target?: Readonly<Record<string, string>>;
  readonly change: Named | readonly object[];
}

/** Patches without a target go to what is there under their name, in no namespace: kustomize refuses others. */
const fits = ({ target, change }: Patch, objects: readonly Named[]): boolean =>
  target !== undefined ||
  objects.some(
    (object) =>
      'kind' in change &&
      object.kind === change.kind &&
      object.metadata.name === change.metadata.name &&
      object.metadata.namespace === undefined,
  );

const written = ({ target, change }: Patch) => ({ patch: JSON.stringify(change), ...(target && { target }) });

function settings() {
  return fc.record(
    {
      namespace: fc.constantFrom('shop', 'prod'),
      namePrefix: fc.constantFrom('a-', 'b-'),
      nameSuffix: fc.constantFrom('-x', '-y'),
      commonAnnotations: fc.constant({ note: 'here' }),
      labels: fc.array(
        fc.record(
          {
            pairs: fc.constantFrom({ team: 'a' }, { app: 'web' }),
            includeSelectors: fc.boolean(),
            includeTemplates: fc.boolean(),
          },
          { requiredKeys: ['pairs'] },
        ),
        { maxLength: 2 },
      ),
    },
    { requiredKeys: [] },
  );
}

function names() {
  return fc.constantFrom('web', 'api');
}

function words() {
  return fc.constantFrom('a', 'b', 'c');
}

function annotations() {
  return fc.dictionary(fc.constantFrom('a', 'b', 'x/c'), fc.constantFrom('1', 'true', 'text'), { maxKeys: 2 });
}

function metadata() {
  return fc
    .record({ name: names(), annotations: annotations(), namespace: fc.constantFrom('old', undefined) })
    .map(({ name, annotations: notes, namespace }) => ({
      name,
      ...(namespace && { namespace }),
      ...(Object.keys(notes).length > 0 && { annotations: notes }),
    }));
}

function containers(directives: boolean) {
  const directive = directives ? { $patch: fc.constantFrom('delete', 'merge') } : {};
  return fc.uniqueArray(
    fc.record(
      {
        name: words(),
        command: fc.array(words(), { maxLength: 2 }),
        env: fc.uniqueArray(fc.record({ name: words(), value: words() }), {
          maxLength: 3,
          selector: ({ name }) => name,
        }),
        ports: fc.uniqueArray(
          fc.record(
            { containerPort: fc.constantFrom(80, 443), protocol: fc.constantFrom('TCP', 'UDP'), name: words() },
            { requiredKeys: ['containerPort', 'protocol', 'name'] },
          ),
          { maxLength: 2, selector: ({ containerPort, protocol }) => `${containerPort}/${protocol}` },
        ),
        volumeMounts: fc.uniqueArray(fc.record({ name: words(), mountPath: fc.constantFrom('/a', '/b') }), {
          maxLength: 2,
          selector: ({ mountPath }) => mountPath,
        }),
        ...directive,
      },
      { requiredKeys: ['name'] },
    ),
    { maxLength: 3, selector: ({ name }) => name },
  );
}

function podSpecs(directives: boolean) {
  return fc.record(
    {
      containers: containers(directives),
      initContainers: containers(directives),
      volumes: fc.uniqueArray(fc.record({ name: words(), secret: fc.record({ secretName: names() }) }), {
        maxLength: 2,
        selector: ({ name }) => name,
      }),
      tolerations: fc.array(fc.record({ key: words() }), { maxLength: 2 }),
    },
    { requiredKeys: ['containers'] },
  );
}

function deployments() {
  return fc.record({
    apiVersion: fc.constant('apps/v1'),
    kind: fc.constant('Deployment'),
    metadata: metadata(),
    spec: fc.record({ template: fc.record({ spec: podSpecs(false) }) }),
  });
}

function servicePorts() {
  return fc.uniqueArray(fc.record({ port: fc.constantFrom(80, 443, 8080), name: words(), targetPort: words() }), {
    maxLength: 3,
    selector: ({ port }) => port,
  });
}

function services() {
  return fc.record({
    apiVersion: fc.constant('v1'),
    kind: fc.constant('Service'),
    metadata: metadata(),
    spec: fc.record({ ports: servicePorts(), selector: fc.constant({ app: 'web' }) }),
  });
}

function ingressSpecs() {
  return fc.record(
    {
      tls: fc.array(fc.record({ secretName: names(), hosts: fc.array(words(), { maxLength: 2 }) }), { maxLength: 2 }),
      defaultBackend: names().map((name) => ({ service: { name, port: { number: 80 } } })),
      rules: fc.array(
        fc
          .record({ host: words(), name: names() })
          .map(({ host, name }) => ({ host, http: { paths: [{ path: '/', backend: { service: { name } } }] } })),
        { maxLength: 2 },
      ),
    },
    { requiredKeys: [] },
  );
}

function ingresses() {
  return fc.record({
    apiVersion: fc.constant('networking.k8s.io/v1'),
    kind: fc.constant('Ingress'),
    metadata: metadata(),
    spec: ingressSpecs(),
  });
}

function gatewaySpecs() {
  return fc.record({
    listeners: fc.array(fc.record({ name: words(), port: fc.constantFrom(80, 443) }), { minLength: 1, maxLength: 2 }),
  });
}

function gateways() {
  return fc.record({
    apiVersion: fc.constant('gateway.networking.k8s.io/v1'),
    kind: fc.constant('Gateway'),
    metadata: metadata(),
    spec: gatewaySpecs(),
  });
}

function configMaps() {
  return fc.record({
    apiVersion: fc.constant('v1'),
    kind: fc.constant('ConfigMap'),
    metadata: metadata(),
    data: fc.dictionary(words(), fc.constantFrom('1', 'two\nlines\n', ''), { maxKeys: 2 }),
  });
}

/** Patches that name their object as it was in the base, where neither layer gave it a namespace. */
function mergePatches(): fc.Arbitrary<Patch> {
  const named = <T>(apiVersion: string, kind: string, spec: fc.Arbitrary<T>) =>
    fc.record({
      apiVersion: fc.constant(apiVersion),
      kind: fc.constant(kind),
      metadata: fc.record({ name: names() }),
      spec,
    });
  return fc
    .oneof(
      named('apps/v1', 'Deployment', fc.record({ template: fc.record({ spec: podSpecs(true) }) })),
      named('v1', 'Service', fc.record({ ports: servicePorts() })),
      named('networking.k8s.io/v1', 'Ingress', nullable(ingressSpecs())),
      named('gateway.networking.k8s.io/v1', 'Gateway', gatewaySpecs()),
    )
    .map((change) => ({ change }));
}

/** The same with some of its values null. */
function nullable<T extends object>(specs: fc.Arbitrary<T>) {
  return fc.tuple(specs, fc.boolean()).map(([spec, isNull]) => {
    const fields = Object.entries(spec).map(([key, value], index) => [key, isNull && index === 0 ? null : value]);
    return Object.fromEntries(fields);
  });
}

function targetedPatches(): fc.Arbitrary<Patch> {
  return fc.record({
    target: fc.constantFrom<Readonly<Record<string, string>>>(
      { kind: 'Deployment|Service' },
      { name: 'w.*' },
      { kind: 'Ingress', name: 'web' },
      { annotationSelector: 'a=1' },
      { namespace: 'old' },
    ),
    change: annotations().map((notes) => ({
      apiVersion: 'v1',
      kind: 'Any',
      metadata: { name: 'any', annotations: { ...notes, z: '1' } },
    })),
  });
}

function jsonPatches(): fc.Arbitrary<Patch> {
  return fc.constantFrom<Patch>(
    { target: { kind: 'Deployment' }, change: [{ op: 'add', path: '/spec/template/spec/volumes', value: [] }] },
    { target: { kind: 'Service' }, change: [{ op: 'add', path: '/spec/ports/-', value: { port: 9, name: 'nine' } }] },
    { target: { kind: 'Service' }, change: [{ op: 'replace', path: '/spec/type', value: 'NodePort' }] },
    { target: { kind: 'Ingress' }, change: [{ op: 'add', path: '/spec/tls', value: [{ secretName: 'web' }] }] },
    { target: { kind: 'Gateway' }, change: [{ op: 'replace', path: '/spec/listeners/0/port', value: 8443 }] },
    { target: { kind: 'Gateway' }, change: [{ op: 'copy', from: '/spec/listeners/0', path: '/spec/listeners/0' }] },
    { target: { kind: 'ConfigMap' }, change: [{ op: 'move', from: '/data', path: '/other' }] },
  );
}
