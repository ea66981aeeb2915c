import { type BuildCase, jsonPatch, over, podPatch } from './build-case.ts';

/** What patches do. */
export const patchCases: readonly BuildCase[] = [
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
];
