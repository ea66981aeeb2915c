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

export const over = (text: string, more: Readonly<Record<string, string>> = {}): BuildCase['files'] => ({
  ...base,
  'overlay/kustomization.yaml': `resources: [../base]\n${text}`,
  ...more,
});

/** A strategic merge patch of the Deployment's pod. */
export const podPatch = (text: string): BuildCase['files'] =>
  over('patches: [{ path: patch.yaml }]\n', {
    'overlay/patch.yaml': `apiVersion: apps/v1\nkind: Deployment\nmetadata: { name: web }\nspec: { template: { spec: ${text} } }\n`,
  });

export const jsonPatch = (kind: string, operations: string): BuildCase['files'] =>
  over(`patches:\n  - target: { kind: ${kind} }\n    patch: |\n${operations.replaceAll(/^/gm, '      ')}\n`);
