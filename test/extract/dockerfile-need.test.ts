import { describe, expect, test } from '@jest/globals';
import type { Fact, Image } from '../../src/core/fact.ts';
import { imagesOf } from '../../src/extract/image/images.ts';
import { inMemory } from '../support/lint-files.ts';

/** Whether the last image needs a bundle, and what was seen. */
function need(files: Readonly<Record<string, string>>, path = 'Dockerfile') {
  const { repository } = inMemory(files);
  const source = repository.read(path);
  if (!source) throw new Error(`no ${path}`);
  const fact = imagesOf(source, repository).facts.findLast((one): one is Fact<Image> => one.data.kind === 'image');
  return [fact?.data.needsBundle, ...(fact?.data.evidence ?? [])];
}

const build = 'FROM golang:1.25 AS build\nWORKDIR /src\nCOPY . .\nRUN go build -o /app .\nFROM scratch\n';
const dockerfile = `${build}COPY --from=build /app /app\nENTRYPOINT ["/app"]\n`;
const go = (imports: readonly string[], body: string, name = 'main') =>
  `package ${name}\nimport (\n${imports.map((path) => `\t"${path}"\n`).join('')})\n\n${body}\n`;
const main = (...packages: readonly string[]) =>
  go(packages, `func main() {\n${packages.map((path) => `\t${path.split('/').at(-1)}.Run()\n`).join('')}}`);

describe('Go', () => {
  test('sources of the time before modules', () => {
    const files = {
      Dockerfile: dockerfile,
      'main.go': main('github.com/owner/bot/chat'),
      'chat/chat.go': go(['gopkg.in/telegram-bot-api.v4'], 'func Run() {}', 'chat'),
    };
    expect(need(files)).toEqual(['evident', 'chat/chat.go:3 imports gopkg.in/telegram-bot-api.v4']);
  });
  test('a call in a function that nothing names says nothing', () => {
    const version = (name: string) =>
      go(['net/http'], `func ${name}() {\n\thttp.Get("https://versions.shop.io")\n}\n\nfunc Run() {}`, 'version');
    const files = { Dockerfile: dockerfile, 'go.mod': 'module m.io/x\n', 'main.go': main('m.io/x/version') };
    expect(need({ ...files, 'version/v.go': version('Latest') })).toEqual(['none']);
    const used = version('Latest').replace('func Run() {}', 'func Run() {\n\tLatest()\n}');
    expect(need({ ...files, 'version/v.go': used })).toEqual(['evident', 'version/v.go:7 calls http.Get']);
  });
  test('a package that names plain addresses only does not decide for the others', () => {
    const files = {
      Dockerfile: dockerfile,
      'go.mod': 'module m.io/x\n',
      'main.go': go(['m.io/x/health', 'm.io/x/links'], 'func main() {\n\thealth.Run()\n\tlinks.Run()\n}'),
      'health/h.go': go(
        ['net/http'],
        'func Run() {\n\tc := &http.Client{}\n\tc.Get(base + "/up")\n}\n\nconst base = "http://127.0.0.1:80"',
        'health',
      ),
      'links/l.go': go(['fmt'], 'func Run() {\n\tfmt.Println("https://docs.shop.io/help")\n}', 'links'),
    };
    expect(need(files)).toEqual([undefined]);
  });
  test('roots of its own for one connection leave the public address of another', () => {
    const files = {
      Dockerfile: dockerfile,
      'go.mod': 'module m.io/x\n',
      'main.go': go(['m.io/x/mail', 'm.io/x/api'], 'func main() {\n\tmail.Run()\n\tapi.Run()\n}'),
      'mail/m.go': go(
        ['crypto/tls'],
        'func Run() {\n\ttls.Dial("tcp", "x", &tls.Config{InsecureSkipVerify: true})\n}',
        'mail',
      ),
      'api/a.go': go(
        ['net/http'],
        'func Run() {\n\tc := http.Client{}\n\tc.Get(u)\n}\n\nconst u = "https://api.shop.io/v1"',
        'api',
      ),
    };
    expect(need(files)).toEqual(['evident', 'api/a.go:7 uses http.Client']);
    const { 'api/a.go': _api, ...without } = files;
    expect(need(without)).toEqual([undefined]);
  });
  test('a prebuilt program whose name begins with that of its package', () => {
    const files = {
      Dockerfile: 'FROM scratch\nCOPY dist/shop-linux-amd64 /\nENTRYPOINT ["/shop-linux-amd64"]\n',
      'go.mod': 'module m.io/x\n',
      'cmd/shop/main.go': go(['github.com/stripe/stripe-go/v82'], 'func main() {}'),
      'cmd/seed/main.go': go(['fmt'], 'func main() {}'),
    };
    expect(need(files)).toEqual(['evident', 'cmd/shop/main.go:3 imports github.com/stripe/stripe-go/v82']);
  });
  test('a program out of another image that the repository has the source of', () => {
    const text =
      'FROM me/server:1-alpine AS b\nFROM scratch\nCOPY --from=b /usr/bin/server /\nENTRYPOINT ["/server"]\n';
    const files = { Dockerfile: text, 'go.mod': 'module m.io/server\n', 'main.go': go(['fmt'], 'func main() {}') };
    expect(need(files)).toEqual(['none']);
    expect(need({ ...files, 'go.mod': 'module m.io/other\n' })).toEqual(['unasked']);
  });
  test('a package of another module of the repository', () => {
    const files = {
      Dockerfile: dockerfile,
      'go.mod':
        'module m.io/x\n\nrequire m.io/x/providers/aws v0.0.0\n\nreplace m.io/x/providers/aws => ./providers/v1/aws\n',
      'main.go': main('m.io/x/providers/aws'),
      'providers/v1/aws/go.mod': 'module m.io/x/providers/aws\n',
      'providers/v1/aws/a.go': go(['github.com/aws/aws-sdk-go-v2/service/ssm'], 'func Run() {}', 'aws'),
    };
    expect(need(files)).toEqual([
      'evident',
      'providers/v1/aws/a.go:3 imports github.com/aws/aws-sdk-go-v2/service/ssm',
    ]);
    // A package that the repository does not show may do anything.
    const { 'providers/v1/aws/go.mod': _manifest, ...without } = files;
    expect(need(without)).toEqual([undefined]);
  });
  test('a client that stands far from the main package', () => {
    const chain = Array.from({ length: 240 }, (_none, index): readonly [string, string] => {
      const [at, next] = [`p${index}`, `m.io/x/p${index + 1}`];
      return [`${at}/${at}.go`, go([next], `func Run() { p${index + 1}.Run() }`, at)];
    });
    const last = (body: string, imports: readonly string[]) => ({
      Dockerfile: dockerfile,
      'go.mod': 'module m.io/x\n',
      'main.go': main('m.io/x/p0'),
      ...Object.fromEntries(chain),
      'p240/p.go': go(imports, body, 'p240'),
    });
    expect(need(last('func Run() {}', ['github.com/stripe/stripe-go/v82']))[0]).toBe('evident');
    expect(need(last('func Run() { http.Get("https://api.shop.io") }', ['net/http']))[0]).toBe('evident');
  });
  test('packages in GOPATH without a host', () => {
    const files = {
      Dockerfile: dockerfile,
      'main.go': main('bot/chat', 'net/http'),
      'chat/chat.go': go(['github.com/go-telegram-bot-api/telegram-bot-api'], 'func Run() {}', 'chat'),
      // Not what `net/http` means.
      'http/http.go': go(['github.com/stripe/stripe-go'], 'func Run() {}', 'http'),
    };
    expect(need(files)).toEqual(['evident', 'chat/chat.go:3 imports github.com/go-telegram-bot-api/telegram-bot-api']);
  });
  test.each([
    [
      'the metadata service of a cloud',
      ['cloud.google.com/go/compute/metadata'],
      'func main() {}',
      [undefined, 'none'],
    ],
    ['the local agent', ['github.com/DataDog/dd-trace-go/v2/ddtrace/tracer'], 'func main() {}', [undefined, 'none']],
    [
      'a store that is spoken to in the clear',
      ['github.com/minio/minio-go/v7'],
      'func main() { minio.New(e, &minio.Options{Secure: false}) }',
      [undefined, 'none'],
    ],
    [
      'a store',
      ['github.com/minio/minio-go/v7'],
      'func main() { minio.New(e, &minio.Options{Secure: secure}) }',
      ['configured'],
    ],
    [
      'a repository on disk',
      ['github.com/go-git/go-git/v5'],
      'func main() { git.PlainOpen(".") }',
      [undefined, 'none'],
    ],
    [
      'a repository elsewhere',
      ['github.com/go-git/go-git/v5'],
      'func main() { git.PlainClone(d, false, o) }',
      ['evident'],
    ],
    [
      'gRPC with TLS',
      ['google.golang.org/grpc'],
      'func main() { grpc.NewClient(a, grpc.WithTransportCredentials(credentials.NewTLS(&tls.Config{}))) }',
      ['evident'],
    ],
    [
      'gRPC with roots of its own',
      ['google.golang.org/grpc'],
      'func main() { grpc.NewClient(a, grpc.WithTransportCredentials(credentials.NewTLS(&tls.Config{RootCAs: pool}))) }',
      [undefined],
    ],
    [
      'an address of either kind',
      ['net/http'],
      'func main() { if !strings.HasPrefix(u, "https://") { u = "http://" + u }\n\thttp.Get(u) }',
      ['configured'],
    ],
    ['an address without TLS', ['net/http'], 'func main() { u = "http://" + u\n\thttp.Get(u) }', [undefined]],
    [
      'the servers of the cluster',
      ['net/http', 'k8s.io/client-go/rest'],
      'func main() { t, _ := rest.TransportFor(c)\n\tx := &http.Client{Transport: t} }',
      [undefined, 'none'],
    ],
    [
      'a client of Prometheus',
      ['github.com/prometheus/common/config'],
      'func main() { config.NewClientFromConfig(c, "x") }',
      ['configured'],
    ],
  ] as const)('%s', (_name, imports, body, expected) => {
    const files = { Dockerfile: dockerfile, 'go.mod': 'module m.io/x\n', 'main.go': go(imports, body) };
    expect(expected).toContain(need(files)[0]);
  });
  test('an address that a variable gives, in the clear wherever it is set', () => {
    const files = {
      Dockerfile: dockerfile,
      'go.mod': 'module m.io/x\n',
      'main.go': go(['net/http', 'os'], 'func main() { http.Get(os.Getenv("STORE_URL")) }'),
    };
    const manifest = (scheme: string) => `env:\n  - name: STORE_URL\n    value: ${scheme}://store:5050\n`;
    expect(need(files)[0]).toBe('configured');
    expect(need({ ...files, 'k8s/app.yaml': manifest('http') })).toEqual([undefined]);
    expect(need({ ...files, 'k8s/app.yaml': manifest('https') })[0]).toBe('configured');
    expect(need({ ...files, '.env': 'STORE_URL=http://store', 'k8s/app.yaml': manifest('https') })[0]).toBe(
      'configured',
    );
  });
  test('a library whose verification is switched off', () => {
    const body = (verify: string) => `func main() { t.TLSClientConfig = &tls.Config{InsecureSkipVerify: ${verify}} }`;
    const files = (verify: string) => ({
      Dockerfile: dockerfile,
      'go.mod': 'module m.io/x\n',
      'main.go': go(['github.com/slack-go/slack'], body(verify)),
    });
    expect(need(files('true'))).toEqual([undefined]);
    expect(need(files('lax'))[0]).toBe('evident');
  });
  test('one place for each library', () => {
    const imports = [
      'github.com/Azure/azure-sdk-for-go/sdk/azidentity',
      'github.com/Azure/azure-sdk-for-go/sdk/storage/azblob',
      'github.com/slack-go/slack',
    ];
    const files = { Dockerfile: dockerfile, 'go.mod': 'module m.io/x\n', 'main.go': go(imports, 'func main() {}') };
    expect(need(files).slice(1)).toEqual([`main.go:3 imports ${imports[0]}`, `main.go:5 imports ${imports[2]}`]);
  });
  test('a program that make builds on an image of its own', () => {
    const text =
      'FROM shop.io/builder:3 AS build\nCOPY . /src\nRUN make -C /src all\nFROM scratch\nCOPY --from=build /src/bin/shop /\nENTRYPOINT ["/shop"]\n';
    const files = {
      Dockerfile: text,
      'go.mod': 'module m.io/shop\n',
      'main.go': go(['github.com/stripe/stripe-go/v82'], 'func main() {}'),
    };
    expect(need(files)[0]).toBe('evident');
    expect(need({ ...files, 'go.mod': 'module m.io/other\n' })).toEqual([undefined]);
    // A script may compile another program of that name, in another language.
    expect(need({ ...files, Dockerfile: text.replace('make -C /src all', '/src/build.sh') })).toEqual([undefined]);
  });
  test('a Dockerfile beside a program is for that one', () => {
    const files = {
      'cmd/agent/Dockerfile': 'FROM scratch\nCOPY bin/shop_agent ./main\nENTRYPOINT ["./main"]\n',
      'go.mod': 'module m.io/x\n',
      'cmd/agent/main.go': go(['github.com/slack-go/slack'], 'func main() {}'),
      'cmd/seed/main.go': go(['fmt'], 'func main() {}'),
    };
    expect(need(files, 'cmd/agent/Dockerfile')[0]).toBe('evident');
  });
});

describe('what is started', () => {
  test('arguments of an entry script are no program', () => {
    const text = 'FROM busybox\nCOPY dist/tool /bin/\nCOPY entry.sh /\nENTRYPOINT ["/entry.sh"]\nCMD ["help"]\n';
    expect(need({ Dockerfile: text, 'entry.sh': '#!/bin/sh\nexec "$@"\n' })).toEqual([undefined]);
    // A program that nobody has the source of here.
    expect(need({ Dockerfile: text, 'entry.sh': '#!/bin/sh\nexec tool "$@"\n' })).toEqual(['unasked']);
  });
  test('what an entry script hands over to', () => {
    const files = {
      Dockerfile:
        'FROM busybox\nCOPY shop /bin/\nCOPY docker/entry.sh /\nENTRYPOINT ["tini", "--", "/entry.sh"]\nCMD ["help"]\n',
      'docker/entry.sh': '#!/bin/sh\nset -- --config /c "$@"\nexec shop "$@"\n',
      'go.mod': 'module m.io/shop\n',
      'main.go': go(['github.com/stripe/stripe-go/v82'], 'func main() {}'),
    };
    expect(need(files)[0]).toBe('evident');
    expect(need({ ...files, 'docker/entry.sh': '#!/bin/sh\nexec "$@"\n' })).toEqual([undefined]);
  });
  test('a copied configuration file is not the program', () => {
    const text = 'FROM debian:12\nCOPY proxy.conf /root/\nWORKDIR /root\nCMD proxy proxy.conf\n';
    expect(need({ Dockerfile: text })).toEqual([undefined]);
  });
});

describe('Rust', () => {
  const rust =
    'FROM rust:1 AS build\nCOPY . .\nRUN cargo build --release\nFROM debian:12-slim\nCOPY --from=build /target/release/km /bin/km\nCMD ["km"]\n';
  const package_ = (name: string, dependencies: readonly string[], external = false) =>
    `[[package]]\nname = "${name}"\nversion = "1.0.0"\n${external ? 'source = "registry"\n' : ''}dependencies = [\n${dependencies.map((one) => ` "${one}",\n`).join('')}]\n\n`;
  const lock = (more = '') =>
    package_('komodo', ['reqwest']) +
    package_('reqwest', ['rustls-platform-verifier'], true) +
    package_('rustls-platform-verifier', ['webpki-root-certs'], true) +
    package_('webpki-root-certs', [], true) +
    more;
  const manifest = '[package]\nname = "komodo"\n\n[[bin]]\nname = "km"\n\n[dependencies]\nreqwest = "0.13"\n';
  const files = { Dockerfile: rust, 'Cargo.toml': manifest, 'Cargo.lock': lock(), 'src/main.rs': '' };

  test('the program by its [[bin]] name; roots for other systems do not count', () => {
    expect(need(files)).toEqual([
      'evident',
      'Cargo.toml:8 depends on reqwest',
      'Cargo.lock:17 holds rustls-platform-verifier',
    ]);
  });
  test('a client with the roots of the system, where another crate brings some', () => {
    const mixed =
      lock().replace('"reqwest"', '"reqwest",\n "sqlx"') +
      package_('sqlx', ['webpki-roots'], true) +
      package_('webpki-roots', [], true);
    expect(need({ ...files, 'Cargo.lock': mixed })[0]).toBe('evident');
    const own = mixed.replace(' "rustls-platform-verifier",\n', ' "rustls-platform-verifier",\n "webpki-roots",\n');
    expect(need({ ...files, 'Cargo.lock': own })).toEqual([undefined]);
  });
  test('a crate below that has the client for another program', () => {
    const workspace = {
      Dockerfile: rust,
      'Cargo.toml': '[workspace]\nmembers = ["cli", "core"]\n',
      'cli/Cargo.toml': '[package]\nname = "km"\n\n[dependencies]\ncore-parts = { path = "../core" }\n',
      'core/Cargo.toml': '[package]\nname = "core-parts"\n\n[dependencies]\nreqwest = "0.13"\n',
      'core/src/lib.rs': 'pub mod http;\npub mod names;\n',
      'core/src/http.rs': 'pub fn get() { reqwest::Client::new().get("https://api.shop.io"); }\n',
      'core/src/names.rs': 'pub const NAME: &str = "km";\n',
      'Cargo.lock':
        package_('km', ['core-parts']) +
        package_('core-parts', ['reqwest']) +
        lock().replace(package_('komodo', ['reqwest']), ''),
      'cli/src/main.rs': 'use core_parts::http::get;\nfn main() { get() }\n',
    };
    expect(need(workspace)[0]).toBe('evident');
    expect(need({ ...workspace, 'cli/src/main.rs': 'use core_parts::names::NAME;\nfn main() {}\n' })).toEqual([
      undefined,
    ]);
  });
});
