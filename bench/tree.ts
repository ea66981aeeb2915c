import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

export interface Tree {
  readonly folder: string;
  readonly files: number;
  readonly bytes: number;
}

/** Every tenth file is one that some technology reads. */
const everyRelevant = 10;

const filesPerService = 50;

/** A tree of `files` files below the temporary folder: the same bytes for the same count and seed, built once. */
export function buildTree(files: number, seed: number): Tree {
  const folder = join(tmpdir(), `tlslint-bench-${files}-${seed}`);
  const marker = `${folder}.json`;
  if (existsSync(marker)) return { folder, ...JSON.parse(readFileSync(marker, 'utf8')) };
  rmSync(folder, { recursive: true, force: true });
  const random = randomNumbers(seed);
  let bytes = 0;
  for (let index = 0; index < files; index++) {
    const service = Math.floor(index / filesPerService);
    const place = `team-${service % 20}/service-${service}`;
    const { name, text } = index % everyRelevant === 0 ? relevantFile(index, random) : otherFile(index, random);
    const path = join(folder, place, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
    bytes += Buffer.byteLength(text);
  }
  writeFileSync(marker, JSON.stringify({ files, bytes }));
  return { folder, files, bytes };
}

/** A Dockerfile for an empty image, and a Go program of 100 packages with 10 files each, below `folder`. */
export function goProgram(folder: string): string {
  const write = (path: string, text: string): void => {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  };
  const packages = Array.from({ length: 100 }, (_one, index) => `part${index}`);
  write('go.mod', 'module example.com/program\n\ngo 1.25\n');
  write(
    'Dockerfile',
    'FROM golang:1.25 AS build\nWORKDIR /src\nCOPY . .\nRUN go build -o /program .\nFROM scratch\nCOPY --from=build /program /program\nENTRYPOINT ["/program"]\n',
  );
  const imports = packages.map((name) => `\t"example.com/program/${name}"\n`).join('');
  const calls = packages.map((name) => `\t${name}.Run0()\n`).join('');
  write('main.go', `package main\n\nimport (\n${imports})\n\nfunc main() {\n${calls}}\n`);
  for (const name of packages)
    for (let file = 0; file < 10; file++) {
      const body = Array.from(
        { length: 60 },
        (_line, line) => `\titems = append(items, Item{${line}, "value ${line}"})\n`,
      );
      const next = file < 9 ? `\tRun${file + 1}()\n` : '';
      const type = file === 0 ? 'type Item struct {\n\tID int\n\tName string\n}\n\n' : '';
      write(
        `${name}/file${file}.go`,
        `package ${name}\n\n${type}// Run${file} fills a list.\nfunc Run${file}() {\n\tvar items []Item\n${body.join('')}${next}\t_ = items\n}\n`,
      );
    }
  return folder;
}

/** A Dockerfile of 400 steps that install and delete, with 200 stages behind them that copy the whole of the first. */
export function longDockerfile(folder: string): string {
  mkdirSync(folder, { recursive: true });
  const steps = 'RUN apt-get install -y curl && cp a b && rm -rf /x\nCOPY --from=0 /a /b\nENV A=1\n'.repeat(400);
  const stages = 'FROM scratch AS copy\nCOPY --from=0 / /\n'.repeat(200);
  writeFileSync(join(folder, 'Dockerfile'), `FROM debian\n${steps}${stages}`);
  return folder;
}

/** Numbers from 0 to 1, the same for the same seed (mulberry32). */
function randomNumbers(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

interface TreeFile {
  readonly name: string;
  readonly text: string;
}

const words =
  'request response handler client server listen table index value result config error return const user order item cart price session'.split(
    ' ',
  );

/** Program text and documentation of 1 to 9 KB: what most of a repository is. */
function otherFile(index: number, random: () => number): TreeFile {
  const ending = pick(['ts', 'go', 'py', 'java', 'md', 'json', 'css', 'html', 'tsx'], random);
  const lines = Array.from({ length: 20 + Math.floor(random() * 160) }, () => {
    return Array.from({ length: 4 + Math.floor(random() * 6) }, () => pick(words, random)).join(' ');
  });
  return { name: `src/module-${index}.${ending}`, text: `${lines.join('\n')}\n` };
}

function relevantFile(index: number, random: () => number): TreeFile {
  const kinds = [deployment, deployment, deployment, ingress, ingress, nginx, nginx, dockerfile, compose, certificate];
  return pick(kinds, random)(index, random);
}

const pick = <T>(list: readonly T[], random: () => number): T => {
  const [first, ...rest] = list;
  if (first === undefined) throw new Error('nothing to pick from');
  return [first, ...rest][Math.floor(random() * list.length)] ?? first;
};

const deployment = (index: number, random: () => number): TreeFile => ({
  name: `deploy/deployment-${index}.yaml`,
  text: `apiVersion: apps/v1
kind: Deployment
metadata:
  name: service-${index}
  labels: { app: service-${index} }
spec:
  replicas: 3
  selector: { matchLabels: { app: service-${index} } }
  template:
    metadata: { labels: { app: service-${index} } }
    spec:
      containers:
        - name: main
          image: registry.example.com/service:${index}
          env:
${Array.from({ length: 12 }, (_, variable) => `            - name: SETTING_${variable}\n              value: "${pick(words, random)}"`).join('\n')}
---
apiVersion: v1
kind: Service
metadata: { name: service-${index} }
spec:
  selector: { app: service-${index} }
  ports: [{ port: 8080 }]
`,
});

const ingress = (index: number, random: () => number): TreeFile => ({
  name: `deploy/ingress-${index}.yaml`,
  text: `apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: service-${index}
  annotations:
    cert-manager.io/cluster-issuer: ${pick(['letsencrypt', 'letsencrypt', 'letsencrypt-staging'], random)}
    nginx.ingress.kubernetes.io/proxy-body-size: 8m
spec:
  ingressClassName: nginx
  tls: [{ hosts: [s${index}.example.com], secretName: s${index}-tls }]
  rules:
    - host: s${index}.example.com
      http:
        paths:
          - { path: /, pathType: Prefix, backend: { service: { name: service-${index}, port: { number: 8080 } } } }
`,
});

const nginx = (index: number, random: () => number): TreeFile => ({
  name: `proxy-${index}/nginx.conf`,
  text: `events {}
http {
    ssl_protocols ${pick(['TLSv1.2 TLSv1.3', 'TLSv1.2 TLSv1.3', 'TLSv1.1 TLSv1.2'], random)};
    ssl_ciphers ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256;
${Array.from(
  { length: 3 },
  (_, server) => `    server {
        listen 443 ssl;
        server_name s${index}-${server}.example.com;
        ssl_certificate /etc/ssl/s${server}.pem;
        ssl_certificate_key /etc/ssl/s${server}.key;
        add_header Strict-Transport-Security "max-age=63072000" always;
        location / { proxy_pass http://127.0.0.1:80${server + 80}; }
    }`,
).join('\n')}
}
`,
});

const dockerfile = (index: number, random: () => number): TreeFile => ({
  name: `image-${index}/Dockerfile`,
  text: `FROM golang:1.25 AS build
WORKDIR /src
COPY . .
RUN go build -o /service-${index} .

FROM ${pick(['scratch', 'gcr.io/distroless/static-debian12', 'alpine:3.22'], random)}
COPY --from=build /service-${index} /service
ENTRYPOINT ["/service"]
`,
});

const compose = (index: number, random: () => number): TreeFile => ({
  name: `compose-${index}/compose.yaml`,
  text: `services:
${Array.from(
  { length: 6 },
  (_, service) => `  s${service}:
    image: registry.example.com/s${service}:${index}
    environment:
      MODE: ${pick(words, random)}`,
).join('\n')}
`,
});

const certificate = (index: number): TreeFile => ({
  name: `tls-${index}/server.pem`,
  text: readFileSync(new URL('./certificate.pem', import.meta.url), 'utf8'),
});
