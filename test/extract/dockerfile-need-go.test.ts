import { describe, expect, test } from '@jest/globals';
import type { Fact, Image } from '../../src/core/fact.ts';
import { imagesOf } from '../../src/extract/image/images.ts';
import { inMemory } from '../support/lint-files.ts';

const dockerfile = (build = 'go build -o /app .') =>
  `FROM golang:1.25 AS build\nWORKDIR /src\nCOPY . .\nRUN ${build}\nFROM scratch\nCOPY --from=build /app /app\nENTRYPOINT ["/app"]\n`;

/** Whether the program of a module `m.io/x` needs a bundle, and what was seen. */
function need(files: Readonly<Record<string, string>>, build?: string) {
  const { repository } = inMemory({ Dockerfile: dockerfile(build), 'go.mod': 'module m.io/x\n', ...files });
  const source = repository.read('Dockerfile');
  if (!source) throw new Error('no Dockerfile');
  const fact = imagesOf(source, repository).facts.findLast((one): one is Fact<Image> => one.data.kind === 'image');
  return [fact?.data.needsBundle, ...(fact?.data.evidence ?? [])];
}

const go = (imports: readonly string[], body: string, name = 'main') =>
  `package ${name}\nimport (\n${imports.map((path) => `\t"${path}"\n`).join('')})\n\n${body}\n`;
const main = (call: string, ...imports: readonly string[]) => go(imports, `func main() {\n\t${call}\n}`);

describe('what a program comes to', () => {
  const acme = go(
    ['net/http', 'github.com/go-acme/lego/v4/lego'],
    'type Order struct{}\n\ntype Client struct{}\n\nfunc (c *Client) Get() {\n\tlego.NewClient(nil)\n\thttp.Get("https://acme.shop.io")\n}\n\nfunc New() *Client { return &Client{} }',
    'acme',
  );
  test('a type beside a client is not the client', () => {
    const files = { 'acme/a.go': acme };
    expect(need({ ...files, 'main.go': main('use(acme.Order{})', 'm.io/x/acme') })).toEqual(['none']);
    expect(need({ ...files, 'main.go': main('acme.New().Get()', 'm.io/x/acme') })).toEqual([
      'evident',
      'acme/a.go:4 imports github.com/go-acme/lego/v4/lego',
      'acme/a.go:13 calls http.Get',
    ]);
  });
  test('methods that a library calls through an interface', () => {
    const reconciler = go(
      ['github.com/stripe/stripe-go/v82'],
      'type Shop struct{}\n\nfunc (s *Shop) Reconcile() {\n\tstripe.Charge()\n}',
      'shop',
    );
    const files = {
      'shop/s.go': reconciler,
      'main.go': main('manager.Add(&shop.Shop{})', 'm.io/x/shop', 'a.io/manager'),
    };
    expect(need(files)[0]).toBe('evident');
  });
  test('methods of its own that nothing selects', () => {
    const body = (more: string) =>
      go(
        ['net/http'],
        `type C struct{}\n\nfunc (c C) latest() {\n\thttp.Get("https://v.shop.io")\n}\n\nfunc main() {\n\tc := C{}\n${more}}`,
      );
    expect(need({ 'main.go': body('') })).toEqual(['none']);
    expect(need({ 'main.go': body('\tc.latest()\n') })[0]).toBe('evident');
  });
  test('functions that run when their package is imported', () => {
    const store = (name: string) =>
      go(
        ['net/http', 'm.io/x/kinds'],
        `func ${name}() {\n\tkinds.Add(open)\n}\n\nfunc open() {\n\thttp.Get("https://store.shop.io")\n}`,
        'store',
      );
    const files = {
      'main.go': go(['m.io/x/store'], 'func main() {}'),
      'kinds/k.go': go([], 'func Add(f func()) {}', 'kinds'),
    };
    expect(need({ ...files, 'store/s.go': store('init') })[0]).toBe('evident');
    expect(need({ ...files, 'store/s.go': store('Register') })).toEqual(['none']);
  });
  test('a command that a variable holds', () => {
    const files = {
      'main.go': go(
        ['net/http', 'github.com/spf13/cobra'],
        'var get = &cobra.Command{\n\tRun: func(c *cobra.Command, a []string) {\n\t\thttp.Get("https://api.shop.io")\n\t},\n}\n\nfunc main() {\n\troot.AddCommand(get)\n}',
      ),
    };
    expect(need(files)).toEqual(['evident', 'main.go:9 calls http.Get']);
  });
  test('files for another system, and tags', () => {
    const call = 'func run() {\n\thttp.Get("https://api.shop.io")\n}';
    const silent = go([], 'func run() {}');
    const files = (constraint: string) => ({
      'main.go': go([], 'func main() {\n\trun()\n}'),
      'run.go': `//go:build ${constraint}\n\n${go(['net/http'], call)}`,
      'other.go': `//go:build !(${constraint})\n\n${silent}`,
    });
    expect(need(files('windows || darwin'))).toEqual(['none']);
    expect(need(files('linux && (amd64 || arm64)'))[0]).toBe('evident');
    expect(need(files('enterprise'))).toEqual(['none']);
    expect(need(files('enterprise'), 'go build -tags netgo,enterprise -o /app .')[0]).toBe('evident');
    expect(
      need({
        'main.go': silent.replace('run', 'main'),
        'run_openbsd.go': go(['net/http'], call.replace('run', 'init')),
      }),
    ).toEqual(['none']);
  });
  test('an address is public where it is named, wherever the client stands', () => {
    const client = go(['net/http'], 'func Get(u string) {\n\thttp.Get(u)\n}', 'fetch');
    const files = { 'fetch/f.go': client };
    expect(need({ ...files, 'main.go': main('fetch.Get("https://api.shop.io")', 'm.io/x/fetch') })).toEqual([
      'evident',
      'fetch/f.go:7 calls http.Get',
    ]);
    const constant = {
      'urls/u.go': go([], 'const (\n\tDocs = "https://help.shop.io"\n\tAPI  = "https://api.shop.io"\n)', 'urls'),
    };
    const named = go(['net/http', 'm.io/x/urls'], 'func Get() {\n\thttp.Get(urls.API)\n}', 'fetch');
    expect(need({ ...constant, 'fetch/f.go': named, 'main.go': main('fetch.Get()', 'm.io/x/fetch') })[0]).toBe(
      'evident',
    );
    // Another address of the program is no address of the client.
    const printed = main('fetch.Get(os.Args[1])', 'm.io/x/fetch', 'm.io/x/help');
    const help = { 'help/h.go': go(['fmt'], 'func init() {\n\tfmt.Println("https://help.shop.io")\n}', 'help') };
    expect(need({ ...files, ...help, 'main.go': printed })).toEqual(['configured', 'fetch/f.go:7 calls http.Get']);
  });
});

describe('an address that is https whatever host it gets', () => {
  test.each([
    ['a tenant of a service', 'url := fmt.Sprintf("https://%s/v1", tenant)\n\thttp.Get(url)', 'evident'],
    ['one that is put together', 'http.Get("https://" + tenant)', 'evident'],
    ['a port of the own network', 'http.Get(fmt.Sprintf("https://%s:%d/health", node, port))', 'configured'],
    ['a service of the cluster', 'http.Get(fmt.Sprintf("https://%s.shop.svc/health", name))', 'configured'],
    ['a redirect', 'http.Get(url)\n\thttp.Redirect(w, r, "https://"+name, 301)', 'configured'],
    ['a line of the log', 'http.Get(url)\n\tlog.Printf("https://%s/", name)', 'configured'],
  ])('%s', (_name, call, expected) => {
    expect(need({ 'main.go': main(call, 'net/http', 'fmt', 'log') })[0]).toBe(expected);
  });
});

describe('where the program is found', () => {
  const client = main('http.Get("https://api.shop.io")', 'net/http');
  const imageOf = (files: Readonly<Record<string, string>>, path: string) => {
    const { repository } = inMemory(files);
    const source = repository.read(path);
    return source && imagesOf(source, repository).facts.at(-1)?.data;
  };
  test('without a module, above the Dockerfile', () => {
    const files = {
      'docker/Dockerfile': 'FROM scratch\nCOPY shop /\nENTRYPOINT ["/shop"]\n',
      'main.go': client,
      'tool/main.go': main('run()'),
    };
    expect(imageOf(files, 'docker/Dockerfile')).toMatchObject({ needsBundle: 'evident' });
  });
  test('in a working folder that an argument names', () => {
    const text =
      'FROM golang:1.25 AS build\nWORKDIR /src\nCOPY . .\nRUN make\nFROM scratch\nARG APP=/app\nWORKDIR ${APP}\nCOPY --from=build /src/bin/shop shop\nCMD ["./shop"]\n';
    const files = { Dockerfile: text, 'go.mod': 'module m.io/x\n', 'cmd/main.go': client };
    expect(imageOf(files, 'Dockerfile')).toMatchObject({ needsBundle: 'evident' });
  });
});

describe('clients whose address the user gives', () => {
  test.each([
    ['a web hook', main('http.DefaultClient.Do(r)', 'net/http'), 'configured'],
    ['a server of the cluster', main('http.Get("http://store.default.svc/" + p)', 'net/http'), 'none'],
    [
      'an address of the cluster with TLS',
      main('http.Get("https://kubernetes.default.svc/" + p)', 'net/http'),
      'configured',
    ],
    ['a registry of charts', main('action.NewPull()', 'helm.sh/helm/v3/pkg/action'), 'configured'],
    ['a chart that lies in the image', main('action.NewInstall(c)', 'helm.sh/helm/v3/pkg/action'), undefined],
    ['a vault', main('api.NewClient(api.DefaultConfig())', 'github.com/hashicorp/vault/api'), 'configured'],
    [
      'a vault with roots of its own',
      main(
        'api.NewClient(api.DefaultConfig().ConfigureTLS(&api.TLSConfig{CACert: f}))',
        'github.com/hashicorp/vault/api',
      ),
      undefined,
    ],
    ['a bridge', main('client.NewWebSocket(l)', 'github.com/open-telemetry/opamp-go/client'), 'configured'],
    ['targets', main('discovery.NewManager(c)', 'github.com/prometheus/prometheus/discovery'), 'configured'],
    [
      'a broker and gRPC in the clear',
      main(
        'sarama.NewAsyncProducer(b, sarama.NewConfig())\n\tgrpc.NewClient(a, grpc.WithTransportCredentials(insecure.NewCredentials()))',
        'github.com/IBM/sarama',
        'google.golang.org/grpc',
        'google.golang.org/grpc/credentials/insecure',
      ),
      'none',
    ],
    [
      'gRPC with TLS if it is asked for',
      main(
        'c := insecure.NewCredentials()\n\tif secure {\n\t\tgrpc.WithTransportCredentials(credentials.NewTLS(&tls.Config{}))\n\t}',
        'google.golang.org/grpc',
      ),
      'configured',
    ],
    ['TLS whatever the address is', main('tls.Dial("tcp", a, &tls.Config{ServerName: n})', 'crypto/tls'), 'evident'],
    ['TLS with what a library configured', main('tls.Dial("tcp", a, spiffe.Config())', 'crypto/tls'), undefined],
    [
      'a transport that a library configured',
      main('c := http.Client{Transport: &http.Transport{TLSClientConfig: spiffe.Config()}}', 'net/http'),
      undefined,
    ],
    [
      'roots of the system and more',
      main('p, _ := x509.SystemCertPool()\n\tp.AppendCertsFromPEM(b)\n\thttp.Get("https://api.shop.io")', 'net/http'),
      'evident',
    ],
    [
      'origins that are not looked at',
      main('websocket.Accept(w, r, &websocket.AcceptOptions{InsecureSkipVerify: true})\n\thttp.Get(u)', 'net/http'),
      'configured',
    ],
  ] as const)('%s', (_name, text, expected) => {
    expect(need({ 'main.go': text })[0]).toBe(expected);
  });
  test('a public address beside such a client', () => {
    const text = (address: string) => main(`gitea.NewClient(${address})`, 'code.gitea.io/sdk/gitea');
    expect(need({ 'main.go': text('u') })).toEqual(['configured', 'main.go:3 imports code.gitea.io/sdk/gitea']);
    expect(need({ 'main.go': text('"https://code.shop.io"') })[0]).toBe('evident');
  });
  test('methods of a client that is made elsewhere in its package', () => {
    const files = {
      'main.go': main('api.New().List()', 'm.io/x/api'),
      'api/client.go': go(
        ['net/http'],
        'type C struct{ http *http.Client }\n\nfunc New() *C { return &C{http: new(http.Client)} }',
        'api',
      ),
      'api/list.go': go(
        [],
        'const (\n\tdomain = "shop.io"\n\tbase   = "https://" + domain\n)\n\nfunc (c *C) List() { c.http.Get(base) }',
        'api',
      ),
    };
    expect(need(files)).toEqual(['evident', 'api/client.go:8 uses new(http.Client)']);
  });
  test('a variable that a helper reads', () => {
    const text = go(
      ['net/http'],
      'func main() {\n\tmustMapEnv(&address, "SHIPPING_ADDR")\n\tc := &http.Client{Timeout: t}\n\tc.Get(address)\n}',
    );
    expect(need({ 'main.go': text })[0]).toBe('configured');
    expect(need({ 'main.go': text, '.env': 'SHIPPING_ADDR=http://shipping:50050\n' })).toEqual([undefined]);
  });
});

describe('packages of a library that open no connection', () => {
  test.each([
    ['types', 'github.com/aws/aws-sdk-go-v2/service/acmpca/types', 'types.Key{}'],
    ['helpers for pointers', 'github.com/aws/aws-sdk-go-v2/aws', 'aws.String("x")'],
    ['errors of Azure', 'github.com/Azure/azure-sdk-for-go/sdk/azcore', 'azcore.ResponseError{}'],
    ['messages', 'cloud.google.com/go/kms/apiv1/kmspb', 'kmspb.Key{}'],
    ['the end of a list', 'google.golang.org/api/iterator', 'iterator.Done.Error()'],
    ['a log', 'github.com/go-acme/lego/v5/log', 'log.Print()'],
    ['names of images', 'oras.land/oras-go/v2/registry', 'registry.ParseReference(r)'],
    ['sets', 'github.com/minio/minio-go/v7/pkg/set', 'set.New()'],
    ['DNS', 'github.com/libdns/rfc2136', 'rfc2136.Provider{}'],
    ['HTTP unless it is set', 'github.com/aliyun/alibaba-cloud-sdk-go/services/ecs', 'ecs.NewClient()'],
    ['output of a terminal', 'github.com/cli/go-gh/v2/pkg/tableprinter', 'tableprinter.New(w)'],
  ])('%s', (_name, path, use) => {
    expect([undefined, 'none']).toContain(need({ 'main.go': main(use, path) })[0]);
  });
  test.each([
    ['github.com/aws/aws-sdk-go-v2/config', 'config.LoadDefaultConfig(c)'],
    ['github.com/Azure/azure-sdk-for-go/sdk/azidentity', 'azidentity.NewDefaultAzureCredential(nil)'],
    ['oras.land/oras-go/v2/registry/remote', 'remote.NewRepository(r)'],
    ['github.com/libdns/cloudflare', 'cloudflare.Provider{}'],
    ['github.com/cli/go-gh/v2/pkg/api', 'api.DefaultRESTClient()'],
    ['github.com/aliyun/alibaba-cloud-sdk-go/services/ecs', 'ecs.New(sdk.NewConfig().WithScheme("HTTPS"))'],
  ])('but %s', (path, use) => {
    expect(need({ 'main.go': main(use, path) })).toEqual(['evident', `main.go:3 imports ${path}`]);
  });
});

describe('roots in the program', () => {
  test.each([
    ['github.com/breml/rootcerts', '', 'builtin'],
    ['github.com/gwatts/rootcerts', 'rootcerts.UpdateDefaultTransport()', 'builtin'],
    // Nothing takes the roots.
    ['github.com/gwatts/rootcerts', 'rootcerts.Certs()', 'evident'],
    ['github.com/certifi/gocertifi', 'gocertifi.CACerts()', 'builtin'],
  ])('%s %s', (path, use, expected) => {
    const text = main(`${use}\n\thttp.Get("https://api.shop.io")`, 'net/http', path);
    expect(need({ 'main.go': text })[0]).toBe(expected);
  });
});

describe('a program that is built before the image', () => {
  const files = {
    'cmd/server/main.go': main('http.Get("https://api.shop.io")', 'net/http'),
    'cmd/migrate/main.go': main('println("x")'),
  };
  const copied = 'FROM scratch\nCOPY dist/shop-api /app/shop-api\nENTRYPOINT ["/app/shop-api"]\n';
  test.each([
    [
      'Makefile',
      'NAME := shop-api\nbuild:\n\tCGO_ENABLED=0 go build -ldflags "-s -w" -o dist/$(NAME) \\\n\t  ./cmd/server && upx x\n',
    ],
    ['build.mk', 'all:\n\t$(GO) build -o dist/shop-api ./cmd/server\n'],
    ['.github/workflows/ci.yml', 'jobs:\n  b:\n    steps:\n      - run: go build -o ./dist/shop-api ./cmd/server\n'],
    ['Dockerfile.dev', '# go build -o dist/shop-api ./cmd/server\nFROM scratch\n'],
    ['cmd/build.sh', 'cd cmd; go build -o ../dist/shop-api ./server\n'],
  ])('is the one that %s builds under its name', (path, text) =>
    expect(need({ ...files, Dockerfile: copied, [path]: text })).toEqual([
      'evident',
      'cmd/server/main.go:7 calls http.Get',
    ]),
  );
  test.each([
    ['go build -o dist/other ./cmd/server'],
    ['go build ./cmd/server'],
    ['echo go build; echo -o dist/shop-api ./cmd/server'],
  ])('is not told by %s', (line) =>
    expect(need({ ...files, Dockerfile: copied, Makefile: `all:\n\t${line}\n` })).toEqual([undefined]),
  );
});
