import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { prometheus } from '../../src/extract/prometheus/prometheus.ts';
import { compose } from '../../src/extract/verification/compose.ts';
import { workload } from '../../src/extract/verification/workload.ts';

/** `line: subject, exposure, mechanism, target` of each client, and the text that it points at. */
async function clientsIn(text: string, path = 'deploy.yaml'): Promise<readonly string[]> {
  const source = { path, text };
  const repository = { paths: [path], read: () => source };
  const versions = () => ({ version: '0', reason: '', guessed: true });
  const { facts } = await workload.extract({ sources: [source], repository }, versions);
  return facts.map(({ data, subject, self }) => {
    const line = text.slice(0, self.start).split('\n').length;
    const told = data.kind === 'client' ? `${data.exposure}, ${data.mechanism}, ${data.target ?? '-'}` : data.kind;
    return `${line}: ${subject}, ${told} @ ${text.slice(self.start, self.end)}`;
  });
}

const pod = (container: string): string => `apiVersion: v1
kind: Pod
metadata: { name: web, namespace: shop }
spec:
  containers:
    - name: web
${container.replace(/^/gm, '      ')}
`;

test('variables, in both quotes and none', async () => {
  const text = pod(`env:
  - { name: NODE_TLS_REJECT_UNAUTHORIZED, value: "0" }
  - name: GIT_SSL_NO_VERIFY
    value: 'true'
  - name: VAULT_SKIP_VERIFY
    valueFrom: { secretKeyRef: { name: a, key: b } }
  - { name: SSL_VERIFY, value: $(VERIFY) }`);
  expect(await clientsIn(text)).toEqual([
    '8: Pod shop/web, external, NODE_TLS_REJECT_UNAUTHORIZED=0, - @ 0',
    '10: Pod shop/web, external, GIT_SSL_NO_VERIFY=true, - @ true',
  ]);
});

test('a script in a block, with the place inside it', async () => {
  const text = pod(`command: [/bin/bash, -euc]
args:
  - |
    # curl -k https://no.example
    curl -fk \\
      https://a.example/x
    echo "curl -k"; wget -q --no-check-certificate "https://$(POD_IP):8443"`);
  expect(await clientsIn(text)).toEqual([
    '11: Pod shop/web, external, curl -fk, a.example @ -fk',
    '13: Pod shop/web, internal, wget --no-check-certificate, - @ --no-check-certificate',
  ]);
});

test('arguments are read by the program of the command, else of the image', async () => {
  expect(await clientsIn(pod('image: curlimages/curl:8.1@sha256:00\nargs: [-sk, "https://a.example"]'))).toEqual([
    '8: Pod shop/web, external, curl -sk, a.example @ -sk',
  ]);
  expect(
    await clientsIn(pod('image: registry:5000/k8s/metrics-server:v0.7\nargs:\n  - --kubelet-insecure-tls')),
  ).toEqual(['9: Pod shop/web, private, metrics-server --kubelet-insecure-tls, kubelet @ --kubelet-insecure-tls']);
  expect(await clientsIn(pod('image: shop/app\ncommand: [app, serve]\nargs: [--tls-skip-verify, --insecure]'))).toEqual(
    ['9: Pod shop/web, external, --tls-skip-verify, - @ --tls-skip-verify'],
  );
});

test('other resources, patches and keys of a ConfigMap', async () => {
  const task = `apiVersion: tekton.dev/v1
kind: Task
metadata: { name: fetch }
spec:
  steps:
    - image: alpine
      script: |
        #!/bin/sh
        curl -k https://a.example
    - image: python
      script: |
        #!/usr/bin/env python3
        curl -k
`;
  expect(await clientsIn(task)).toEqual(['9: Task fetch, external, curl -k, a.example @ -k']);
  const patch = `apiVersion: kustomize.config.k8s.io/v1beta1
kind: Kustomization
patches:
  - patch:
      - op: add
        path: /spec/template/spec/containers/0/args/-
        value: --kubelet-insecure-tls
`;
  expect(await clientsIn(patch)).toEqual([
    '7: Kustomization, private, --kubelet-insecure-tls, kubelet @ --kubelet-insecure-tls',
  ]);
  const map = `apiVersion: v1
kind: ConfigMap
metadata: { name: env }
data:
  NODE_TLS_REJECT_UNAUTHORIZED: "0"
  TLS_VERIFY: "false"
`;
  expect(await clientsIn(map)).toEqual(['5: ConfigMap env, external, NODE_TLS_REJECT_UNAUTHORIZED=0, - @ 0']);
});

test('what a template adds on a condition is left out, what it fills in is not', async () => {
  const text = `{{- if .Values.enabled }}
apiVersion: v1
kind: Pod
metadata: { name: web }
spec:
  containers:
    - name: web
      image: "curlimages/curl:{{ .Values.tag }}"
      args:
        - -sS
        {{- if .Values.insecure }}
        - -k
        {{- end }}
        - https://a.example
    - name: side
      command: ["sh", "-c", "curl -k https://{{ .Values.host }}/"]
      env:
        - name: NODE_TLS_REJECT_UNAUTHORIZED
          value: {{ .Values.reject | quote }}
        - name: GIT_SSL_NO_VERIFY
          value: "1"
{{- end }}
`;
  expect(await clientsIn(text, 'templates/pod.yaml')).toEqual([
    '21: Pod web, external, GIT_SSL_NO_VERIFY=1, - @ 1',
    '16: Pod web, external, curl -k, - @ -k',
  ]);
});

test('values of a chart, and tests', async () => {
  const values = `controllers:
  main:
    containers:
      app:
        image: { repository: ghcr.io/x/oauth2-proxy }
        env:
          NODE_TLS_REJECT_UNAUTHORIZED: 0
          GIT_SSL_NO_VERIFY: { value: "1" }
        args: ["--ssl-upstream-insecure-skip-verify"]
`;
  expect(await clientsIn(values, 'chart/values.yaml')).toEqual([
    '7: the chart, external, NODE_TLS_REJECT_UNAUTHORIZED=0, - @ 0',
    '8: the chart, external, GIT_SSL_NO_VERIFY=1, - @ 1',
    '9: the chart, external, oauth2-proxy --ssl-upstream-insecure-skip-verify, - @ --ssl-upstream-insecure-skip-verify',
  ]);
  expect((await clientsIn(values, 'test/e2e/values.yaml')).map((line) => line.includes('internal'))).toEqual([
    true,
    true,
    true,
  ]);
});

const pieces = fc.constantFrom(
  ...[
    'apiVersion: v1',
    'kind: Pod',
    'containers:',
    'services:',
    '- ',
    '  ',
    '\n',
    'env:',
    'name: GIT_SSL_NO_VERIFY',
    'value: ',
    '"',
    "'",
  ],
  ...[
    'args: [',
    ']',
    '{',
    '}',
    '|\n',
    '&a ',
    '*a',
    '<<: ',
    '{{ if }}',
    '{{ end }}',
    'sh',
    '-c',
    'curl -k ',
    'alert: ',
    'expr: ',
    'x509_cert_not_after < ',
  ],
);

test('any text is read, and every place lies in it', async () => {
  const text = fc.oneof(
    fc.array(pieces, { maxLength: 40 }).map((parts) => parts.join('')),
    fc.string({ unit: 'binary' }),
  );
  const read = fc.asyncProperty(text, async (content) => {
    const source = { path: 'compose.yaml', text: content };
    const repository = { paths: [], read: () => undefined };
    for (const technology of [workload, compose, prometheus]) {
      const { facts } = await technology.extract({ sources: [source], repository }, () => ({
        version: '0',
        reason: '',
        guessed: true,
      }));
      for (const { start, end } of facts.flatMap(({ self, spans }) => [self, ...Object.values(spans)])) {
        expect(start).toBeLessThanOrEqual(end);
        expect(end).toBeLessThanOrEqual(content.length);
      }
    }
  });
  await fc.assert(read, { numRuns: 200 });
});
