import { type BuildCase, over } from './build-case.ts';

/** What layers, generators and the rest of a kustomization do. */
export const layerCases: readonly BuildCase[] = [
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
  {
    name: 'names that a later step completes',
    files: {
      'overlay/kustomization.yaml':
        'resources: [cm.yaml]\npatches:\n  - patch: |\n      apiVersion: v1\n      kind: ConfigMap\n      metadata: { name: "${A}-b" }\n      data: { x: z }\n',
      'overlay/cm.yaml':
        'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: "${A}-a" }\n---\napiVersion: v1\nkind: ConfigMap\nmetadata: { name: "${A}-b" }\ndata: { x: "y" }\n',
    },
  },
];
