/** A repository whose folder `build` is built by both. */
export interface BuildCase {
  readonly name: string;
  /** `overlay` where none is given. */
  readonly build?: string;
  readonly files: Readonly<Record<string, string>>;
}

const deployment = `apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
  labels: { app: web }
spec:
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec:
      containers:
        - name: web
          image: web:1
          args: [--a, --b]
          env:
            - { name: A, value: "1" }
            - { name: B, valueFrom: { secretKeyRef: { name: keys, key: b } } }
          ports:
            - { containerPort: 80, name: http }
            - { containerPort: 443, protocol: TCP, name: https }
          volumeMounts:
            - { name: tls, mountPath: /tls }
        - name: side
          image: side:1
      volumes:
        - { name: tls, secret: { secretName: keys } }
        - { name: settings, configMap: { name: settings } }
`;
const ingress = `apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: web
  annotations:
    nginx.ingress.kubernetes.io/ssl-redirect: "true"
spec:
  ingressClassName: nginx
  tls: [{ hosts: [a.example.com], secretName: keys }]
  rules:
    - host: a.example.com
      http: { paths: [{ path: /, pathType: Prefix, backend: { service: { name: web, port: { number: 80 } } } }] }
`;
const service = `apiVersion: v1
kind: Service
metadata: { name: web }
spec:
  selector: { app: web }
  ports:
    - { name: http, port: 80, targetPort: http }
    - { name: https, port: 443, targetPort: https }
`;
const gateway = `apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: { name: edge }
spec:
  gatewayClassName: envoy
  listeners:
    - { name: http, port: 80, protocol: HTTP }
    - name: https
      port: 443
      protocol: HTTPS
      tls: { mode: Terminate, certificateRefs: [{ name: keys }] }
`;
const secret = `apiVersion: v1
kind: Secret
metadata: { name: keys }
type: Opaque
stringData: { b: c }
`;
const base = {
  'base/kustomization.yaml': 'resources: [deployment.yaml, ingress.yaml, service.yaml, gateway.yaml, secret.yaml]\n',
  'base/deployment.yaml': deployment,
  'base/ingress.yaml': ingress,
  'base/service.yaml': service,
  'base/gateway.yaml': gateway,
  'base/secret.yaml': secret,
};

const over = (text: string, more: Readonly<Record<string, string>> = {}): BuildCase['files'] => ({
  ...base,
  'overlay/kustomization.yaml': `resources: [../base]\n${text}`,
  ...more,
});

/** A strategic merge patch of the Deployment's pod. */
const podPatch = (text: string): BuildCase['files'] =>
  over('patches: [{ path: patch.yaml }]\n', {
    'overlay/patch.yaml': `apiVersion: apps/v1\nkind: Deployment\nmetadata: { name: web }\nspec: { template: { spec: ${text} } }\n`,
  });

const jsonPatch = (kind: string, operations: string): BuildCase['files'] =>
  over(`patches:\n  - target: { kind: ${kind} }\n    patch: |\n${operations.replaceAll(/^/gm, '      ')}\n`);

export const cases: readonly BuildCase[] = [
  { name: 'a base as it is', files: over('') },
  { name: 'a container is merged by its name', files: podPatch('{ containers: [{ name: side, args: [--c] }] }') },
  {
    name: 'a container is added in front',
    files: podPatch('{ containers: [{ name: new, image: n }, { name: web, args: [x] }] }'),
  },
  { name: 'a container is deleted', files: podPatch('{ containers: [{ name: side, $patch: delete }] }') },
  { name: 'a container is replaced', files: podPatch('{ containers: [{ name: side, $patch: replace, args: [z] }] }') },
  {
    name: 'all containers are replaced',
    files: podPatch('{ containers: [{ $patch: replace }, { name: only, image: o }] }'),
  },
  { name: 'the volumes are deleted', files: podPatch('{ volumes: [{ $patch: delete }] }') },
  { name: 'the volumes are deleted by null', files: podPatch('{ volumes: null }') },
  {
    name: 'environment is merged by name',
    files: podPatch(
      '{ containers: [{ name: web, env: [{ name: C, value: x }, { name: A, value: "2" }, { name: B, $patch: delete }] }] }',
    ),
  },
  {
    name: 'a source of a value gives way to a value',
    files: podPatch('{ containers: [{ name: web, env: [{ name: B, value: x, valueFrom: null }] }] }'),
  },
  {
    name: 'ports are merged by number and protocol',
    files: podPatch(
      '{ containers: [{ name: web, ports: [{ containerPort: 443, protocol: UDP, name: quic }, { containerPort: 443, name: tls, protocol: TCP }] }] }',
    ),
  },
  {
    name: 'a port without protocol is the one with it',
    files: podPatch(
      '{ containers: [{ name: web, ports: [{ containerPort: 443, name: tls }, { containerPort: 8080, name: new }] }] }',
    ),
  },
  {
    name: 'mounts are merged by path, volumes by name',
    files: podPatch(
      '{ containers: [{ name: web, volumeMounts: [{ name: other, mountPath: /tls }, { name: settings, mountPath: /s }] }], volumes: [{ name: tls, secret: { secretName: other } }] }',
    ),
  },
  {
    name: 'tolerations are replaced',
    files: podPatch('{ tolerations: [{ key: a }], containers: [{ name: web, command: [run] }] }'),
  },
  {
    name: 'what is null in new fields is left out',
    files: podPatch('{ securityContext: { a: null, b: { c: null, d: 1 } } }'),
  },
  {
    name: 'Service ports are merged by number',
    files: over(
      'patches:\n  - patch: |\n      apiVersion: v1\n      kind: Service\n      metadata: { name: web }\n      spec: { ports: [{ port: 443, appProtocol: https }, { port: 9, name: nine }] }\n',
    ),
  },
  {
    name: 'rules and TLS of an Ingress are replaced',
    files: over(
      'patchesStrategicMerge:\n  - |\n    apiVersion: networking.k8s.io/v1\n    kind: Ingress\n    metadata: { name: web, annotations: { nginx.ingress.kubernetes.io/ssl-redirect: "false", x: "y" } }\n    spec: { tls: [{ secretName: other }], rules: [{ host: b.example.com }] }\n',
    ),
  },
  {
    name: 'TLS of an Ingress is deleted',
    files: over('patchesStrategicMerge: [patch.yaml]\n', {
      'overlay/patch.yaml':
        'apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: { name: web, annotations: null }\nspec: { tls: null }\n',
    }),
  },
  {
    name: 'lists of a kind of others are replaced',
    files: over(
      'patches:\n  - patch: |\n      apiVersion: gateway.networking.k8s.io/v1\n      kind: Gateway\n      metadata: { name: edge }\n      spec: { listeners: [{ name: https, port: 8443, protocol: HTTPS }] }\n',
    ),
  },
  {
    name: 'an object is deleted',
    files: over(
      'patches:\n  - patch: |\n      $patch: delete\n      apiVersion: v1\n      kind: Secret\n      metadata: { name: keys }\n',
    ),
  },
  {
    name: 'several patches in one file',
    files: over('patches: [{ path: patch.yaml }]\n', {
      'overlay/patch.yaml':
        'apiVersion: v1\nkind: Service\nmetadata: { name: web }\nspec: { type: LoadBalancer }\n---\napiVersion: v1\nkind: Secret\nmetadata: { name: keys }\nstringData: { c: d }\n',
    }),
  },
  {
    name: 'a patch for every object that a target selects',
    files: over(
      'patches:\n  - target: { kind: "Deploy.*|Service", name: w.b }\n    patch: |\n      apiVersion: v1\n      kind: Any\n      metadata: { name: any, annotations: { a: b } }\n',
    ),
  },
  {
    name: 'a target by labels',
    files: over(
      'patches:\n  - target: { labelSelector: "app in (web, x), !tier" }\n    patch: |\n      kind: Any\n      apiVersion: v1\n      metadata: { name: any, annotations: { a: b } }\n',
    ),
  },
  {
    name: 'a target matches the whole name',
    files: over(
      'patches:\n  - target: { name: we }\n    patch: |\n      kind: Any\n      apiVersion: v1\n      metadata: { name: any, annotations: { a: b } }\n',
    ),
  },
  {
    name: 'JSON: add to lists and mappings',
    files: jsonPatch(
      'Deployment',
      '- { op: add, path: /spec/template/spec/containers/0/args/-, value: --c }\n- { op: add, path: /spec/template/spec/containers/0/args/0, value: --first }\n- { op: add, path: /metadata/annotations, value: { "a/b": c } }\n- { op: add, path: /metadata/annotations/x~1y~0z, value: "1" }',
    ),
  },
  {
    name: 'JSON: replace and remove',
    files: jsonPatch(
      'Ingress',
      '- { op: replace, path: /spec/rules/0/host, value: b.example.com }\n- { op: remove, path: /spec/tls }\n- op: remove\n  path: /metadata/annotations/nginx.ingress.kubernetes.io~1ssl-redirect',
    ),
  },
  {
    name: 'JSON: test, move and copy',
    files: jsonPatch(
      'Service',
      '- { op: test, path: /spec/ports/0/port, value: 80 }\n- { op: copy, from: /spec/ports/0, path: /spec/ports/- }\n- { op: move, from: /spec/selector, path: /spec/other }',
    ),
  },
  {
    name: 'JSON: as JSON',
    files: over(
      `patches: [{ target: { kind: Service }, patch: '[{"op": "replace", "path": "/spec/ports/1/port", "value": 8443}]' }]\n`,
    ),
  },
  {
    name: 'JSON: patchesJson6902 with a file',
    files: over(
      'namePrefix: p-\npatchesJson6902:\n  - { target: { version: v1, kind: Service, name: web }, path: patch.json }\n',
      {
        'overlay/patch.json': '[{"op": "add", "path": "/spec/type", "value": "NodePort"}]',
      },
    ),
  },
  { name: 'namespace', files: over('namespace: prod\n') },
  {
    name: 'namespace over namespaces, and a Namespace',
    files: over('namespace: prod\nresources: [../base, more.yaml]\n'.replace('resources', '#'), {
      'overlay/kustomization.yaml': 'namespace: prod\nresources: [../base, more.yaml]\n',
      'overlay/more.yaml':
        'apiVersion: v1\nkind: Namespace\nmetadata: { name: old }\n---\napiVersion: v1\nkind: ConfigMap\nmetadata: { name: m, namespace: old }\n---\napiVersion: networking.k8s.io/v1\nkind: IngressClass\nmetadata: { name: nginx }\nspec: { controller: k8s.io/ingress-nginx }\n---\napiVersion: example.com/v1\nkind: Thing\nmetadata: { name: t }\n',
    }),
  },
  { name: 'prefix and suffix, and what refers to names', files: over('namePrefix: a-\nnameSuffix: -z\n') },
  {
    name: 'prefixes of two layers',
    build: 'top',
    files: {
      ...over('namePrefix: b-\n'),
      'top/kustomization.yaml':
        'resources: [../overlay]\nnamePrefix: a-\npatches:\n  - patch: |\n      apiVersion: v1\n      kind: Service\n      metadata: { name: web }\n      spec: { type: NodePort }\n  - patch: |\n      apiVersion: apps/v1\n      kind: Deployment\n      metadata: { name: b-web }\n      spec: { paused: true }\n',
    },
  },
  {
    name: 'two copies of one base',
    build: 'top',
    files: {
      ...over('namePrefix: b-\n'),
      'other/kustomization.yaml': 'resources: [../base]\nnamePrefix: c-\n',
      'top/kustomization.yaml': 'resources: [../overlay, ../other]\n',
    },
  },
  {
    name: 'two copies in two namespaces',
    build: 'top',
    files: {
      ...over('namespace: b\nnameSuffix: -b\n'),
      'other/kustomization.yaml': 'resources: [../base]\nnamespace: c\nnameSuffix: -c\n',
      'top/kustomization.yaml': 'resources: [../overlay, ../other]\n',
    },
  },
  { name: 'common labels and annotations', files: over('commonLabels: { team: a }\ncommonAnnotations: { note: b }\n') },
  {
    name: 'labels without selectors',
    files: over(
      'labels: [{ pairs: { team: a } }, { pairs: { tier: b }, includeTemplates: true }, { pairs: { app: c }, includeSelectors: true }]\n',
    ),
  },
  {
    name: 'generators',
    files: over(
      'configMapGenerator:\n  - name: settings\n    literals: [a=b, "c=d=e", \'q="x"\']\n    files: [nginx.conf, other=nginx.conf]\nsecretGenerator:\n  - name: more\n    type: kubernetes.io/tls\n    files: [tls.crt=cert.pem, tls.key=cert.pem]\n  - name: env\n    envs: [app.env]\n    options: { labels: { l: m }, disableNameSuffixHash: true }\ngeneratorOptions: { annotations: { note: o } }\n',
      {
        'overlay/nginx.conf': 'server {\n  listen 443 ssl;\n}\n',
        'overlay/cert.pem': '-----BEGIN CERTIFICATE-----\nabc\n-----END CERTIFICATE-----\n',
        'overlay/app.env': '# comment\nA=1\n\n  B=two words\nC=x=y\n',
      },
    ),
  },
  {
    name: 'a generator merges into one of the base',
    build: 'top',
    files: {
      ...over(
        'configMapGenerator: [{ name: settings, literals: [a=1, b=2], options: { labels: { x: z } } }]\nnamePrefix: p-\n',
      ),
      'top/kustomization.yaml':
        'resources: [../overlay]\nconfigMapGenerator:\n  - { name: settings, behavior: merge, literals: [b=3, c=4], options: { annotations: { note: o } } }\n',
    },
  },
  {
    name: 'a generator replaces one of the base',
    build: 'top',
    files: {
      ...over('configMapGenerator: [{ name: settings, literals: [a=1, b=2] }]\n'),
      'top/kustomization.yaml':
        'resources: [../overlay]\nconfigMapGenerator: [{ name: settings, behavior: replace, literals: [c=4] }]\n',
    },
  },
  {
    name: 'a component changes what the overlay has',
    files: over('components: [../component]\nnamespace: prod\n', {
      'component/kustomization.yaml':
        'apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\nresources: [extra.yaml]\npatches:\n  - target: { kind: Ingress }\n    patch: |\n      - { op: remove, path: /spec/tls }\nnamePrefix: c-\n',
      'component/extra.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: extra }\ndata: { a: b }\n',
    }),
  },
  {
    name: 'lists of objects are taken apart',
    files: over('resources: [list.yaml]\n'.replace('resources', '#'), {
      'overlay/kustomization.yaml': 'resources: [list.yaml]\nnamePrefix: p-\n',
      'overlay/list.yaml':
        'apiVersion: v1\nkind: List\nitems:\n  - { apiVersion: v1, kind: ConfigMap, metadata: { name: a } }\n  - { apiVersion: v1, kind: ConfigMap, metadata: { name: b } }\n',
    }),
  },
  {
    name: 'a replacement',
    files: over(
      'replacements:\n  - source: { kind: Service, name: web, fieldPath: spec.selector.app }\n    targets:\n      - select: { kind: Ingress }\n        fieldPaths: [spec.rules.0.host, "spec.tls.*.secretName"]\n      - select: { kind: Deployment }\n        fieldPaths: ["spec.template.spec.containers.[name=web].env.[name=A].value"]\n',
    ),
  },
  {
    name: 'configurations for references',
    files: over('namePrefix: p-\nconfigurations: [names.yaml]\n', {
      'overlay/names.yaml':
        'nameReference:\n  - kind: Secret\n    fieldSpecs:\n      - { path: spec/listeners/tls/certificateRefs/name, kind: Gateway }\n',
    }),
  },
  {
    name: 'a name is changed where it may be',
    files: over(
      'patches:\n  - target: { kind: Service }\n    options: { allowNameChange: true }\n    patch: |\n      apiVersion: v1\n      kind: Service\n      metadata: { name: renamed }\n',
    ),
  },
  {
    name: 'an object for the build alone',
    files: over('', {
      'overlay/kustomization.yaml': 'resources: [../base, local.yaml]\n',
      'overlay/local.yaml':
        'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: l, annotations: { config.kubernetes.io/local-config: "true" } }\n',
    }),
  },
  {
    name: 'a transformer that patches',
    files: over(
      'transformers:\n  - |\n    apiVersion: builtin\n    kind: PatchTransformer\n    metadata: { name: p }\n    target: { kind: Service }\n    patch: |-\n      - { op: add, path: /spec/type, value: NodePort }\n',
    ),
  },
  {
    name: 'finalizers are joined',
    files: over('', {
      'overlay/kustomization.yaml':
        'resources: [cm.yaml]\npatches:\n  - patch: |\n      apiVersion: v1\n      kind: ConfigMap\n      metadata: { name: c, finalizers: [z, a] }\n',
      'overlay/cm.yaml':
        'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: c, finalizers: [a, b] }\ndata: { x: "null", y: "1.10" }\n',
    }),
  },
  {
    name: 'anchors and merge keys',
    files: over('', {
      'overlay/kustomization.yaml':
        'resources: [cm.yaml]\npatches:\n  - patch: |\n      apiVersion: v1\n      kind: ConfigMap\n      metadata: { name: c, annotations: { b: "2" } }\n',
      'overlay/cm.yaml':
        'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: c, annotations: &a { a: "1" }, labels: *a }\n',
    }),
  },
];
