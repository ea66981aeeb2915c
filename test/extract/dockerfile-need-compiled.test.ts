import { describe, expect, test } from '@jest/globals';
import { need } from './dockerfile-need-support.ts';

describe('Elixir and Erlang', () => {
  const dockerfile = (otp: string) =>
    `FROM hexpm/elixir:1.15.7-erlang-${otp}-debian-bookworm-20231009-slim AS builder\nWORKDIR /app\nCOPY . .\nRUN mix deps.get && mix release\n` +
    'FROM debian:bookworm-20231009-slim\nRUN apt-get update -y && apt-get install -y --no-install-recommends libstdc++6 openssl locales\nWORKDIR /app\n' +
    'COPY --from=builder /app/_build/prod/rel/shop ./\nCMD ["/app/bin/server"]\n';
  const files = (lib: string, otp = '26.1.2', lock = '%{\n  "castore": {:hex, :castore, "1.0.5"},\n}\n') => ({
    Dockerfile: dockerfile(otp),
    'mix.exs': 'defmodule Shop.MixProject do\nend\n',
    'mix.lock': lock,
    'lib/shop/api.ex': `defmodule Shop.Api do\n${lib}\nend\n`,
  });
  test('roots that the system is asked for', () => {
    const call = '  def opts, do: [verify: :verify_peer, cacerts: :public_key.cacerts_get()]';
    expect(need(files(call))).toEqual(['evident', 'lib/shop/api.ex:2 calls :public_key.cacerts_get']);
    expect(need(files(`  # ${call}`))).toEqual(['builtin', 'mix.lock:2 holds castore']);
    expect(need(files(`${call}\n  def file, do: CAStore.file_path()`))[0]).toBe('builtin');
  });
  test('httpc verifies since OTP 26', () => {
    const call = '  def get, do: :httpc.request("https://api.weather.gov/alerts")';
    expect(need(files(call))).toEqual(['evident', 'lib/shop/api.ex:2 calls :httpc.request']);
    expect(need(files(call, '25.3'))[0]).toBe('builtin');
    expect(need(files('  def get, do: Req.get("https://api.weather.gov")', '26.1', '%{}\n'))).toEqual([undefined]);
  });
  test('a setting that is asked for', () => {
    const config = (inside: string) => ({
      ...files(''),
      'config/runtime.exs': `import Config\n\nif ${inside} do\n  config :shop, Repo,\n    ssl_opts: [cacerts: :public_key.cacerts_get()]\nend\n`,
    });
    expect(need(config('config_env() == :prod'))[0]).toBe('evident');
    expect(need(config('System.get_env("DATABASE_SSL")'))[0]).toBe('builtin');
  });
});

describe('.NET', () => {
  const dockerfile =
    'FROM mcr.microsoft.com/dotnet/sdk:9.0 AS build\nWORKDIR /src\nCOPY . .\nRUN dotnet publish Shop -c Release -r linux-musl-x64 -o /out\n' +
    'FROM scratch\nCOPY --from=build /out/Shop /Shop\nENTRYPOINT ["/Shop"]\n';
  const project = (more = '') => `<Project Sdk="Microsoft.NET.Sdk">\n${more}\n</Project>\n`;
  const client =
    'using System.Net.Http;\nvar http = new HttpClient();\nawait http.GetAsync("https://api.weather.gov/alerts");\n';

  test('HttpClient, a package, a project that it refers to', () => {
    const files = { Dockerfile: dockerfile, 'Shop/Shop.csproj': project() };
    expect(need({ ...files, 'Shop/Program.cs': client })).toEqual([
      'evident',
      'Shop/Program.cs:2 calls new HttpClient',
    ]);
    expect(need({ ...files, 'Shop/Program.cs': 'Console.WriteLine(1);\n' })).toEqual([undefined]);
    expect(
      need({ ...files, 'Shop/Shop.csproj': project('<PackageReference Include="Octokit" Version="14" />') }),
    ).toEqual(['evident', 'Shop/Shop.csproj:2 refers to Octokit']);
    const referring = project('<ProjectReference Include="..\\Core\\Core.csproj" />');
    expect(
      need({ ...files, 'Shop/Shop.csproj': referring, 'Core/Core.csproj': project(), 'Core/Api.cs': client })[0],
    ).toBe('evident');
  });
  test('a neighbour, and whoever verifies nobody', () => {
    const files = { Dockerfile: dockerfile, 'Shop/Shop.csproj': project() };
    expect(
      need({ ...files, 'Shop/Program.cs': 'var http = new HttpClient();\nhttp.GetAsync("http://cart");\n' }),
    ).toEqual([undefined]);
    const lax = `${client}handler.ServerCertificateCustomValidationCallback = HttpClientHandler.DangerousAcceptAnyServerCertificateValidator;\n`;
    expect(need({ ...files, 'Shop/Program.cs': lax })).toEqual([undefined]);
  });
});

describe('Java', () => {
  test('a JVM that was copied has roots of its own', () => {
    const text =
      'FROM debian:12-slim\nENV JAVA_HOME=/opt/java\nCOPY --from=eclipse-temurin:21 /opt/java/openjdk $JAVA_HOME\nCOPY shop.jar /\nCMD ["java", "-jar", "/shop.jar", "--api=https://api.weather.gov"]\n';
    expect(need({ Dockerfile: text })).toEqual(['builtin']);
  });
});

describe('C and C++', () => {
  const text =
    'FROM gcc:14 AS build\nCOPY . /src\nRUN cmake -S /src -B /b && cmake --build /b\nFROM debian:12-slim\nRUN apt-get update && apt-get install -y --no-install-recommends libcurl4\nCOPY --from=build /b/agent /usr/bin/agent\nCMD ["agent"]\n';
  const list = 'project(agent)\nadd_executable(agent src/main.cpp src/http.cpp)\nadd_executable(probe src/probe.cpp)\n';
  const get =
    '#include <curl/curl.h>\nvoid get() {\n  curl_easy_setopt(c, CURLOPT_URL, "https://api.weather.gov");\n}\n';
  test('libcurl, in the sources that the target names', () => {
    const files = { Dockerfile: text, 'CMakeLists.txt': list, 'src/main.cpp': 'int main() {}\n' };
    expect(need({ ...files, 'src/http.cpp': get })).toEqual(['evident', 'src/http.cpp:3 calls curl_easy_setopt']);
    expect(need({ ...files, 'src/probe.cpp': get })).toEqual([undefined]);
    expect(need({ ...files, 'src/http.cpp': get.replace('https://api.weather.gov', 'http://cart') })).toEqual([
      undefined,
    ]);
  });
  test('a compiler that is called by hand', () => {
    const own = text.replace(/RUN cmake.*/, 'RUN gcc -o /b/agent main.c -lcurl');
    expect(need({ Dockerfile: own, 'main.c': get })[0]).toBe('evident');
  });
});

test('a Rust program that was built before the image, in a stage below', () => {
  const files = {
    'deploy/Containerfile':
      'FROM scratch AS amd64\nCOPY ./backend/target/x86_64-unknown-linux-musl/release/shop /shop\nFROM amd64\nENTRYPOINT ["/shop"]\n',
    'backend/Cargo.toml': '[package]\nname = "shop"\n',
    'backend/Cargo.lock': 'version = 4\n\n[[package]]\nname = "shop"\nversion = "0.1.0"\n',
    'backend/src/main.rs': 'fn main() {}\n',
  };
  expect(need(files, 'deploy/Containerfile')).toEqual(['none']);
});

describe('Rust without a lock file', () => {
  const text =
    'FROM rust:1 AS build\nCOPY . .\nRUN cargo build --release\nFROM debian:12-slim\nCOPY --from=build /target/release/shop /bin/shop\nCMD ["shop"]\n';
  test.each([
    ['reqwest = "0.12"', 'evident'],
    ['reqwest = "0.13"', 'evident'],
    ['reqwest = { version = "0.12", features = ["json"] }', 'evident'],
    ['reqwest = { version = "0.12", default-features = false, features = ["rustls-tls"] }', 'builtin'],
    [
      'reqwest = { version = "0.12", default-features = false, features = [\n  "json",\n  "rustls-tls-native-roots",\n] }',
      'evident',
    ],
    ['reqwest = { version = "0.12", default-features = false, features = ["json"] }', undefined],
    ['reqwest = { version = "0.11", default-features = false, features = ["rustls-tls-webpki-roots"] }', 'builtin'],
    ['reqwest = { version = "0.13", default-features = false }', undefined],
    ['reqwest = { version = "0.12", optional = true }', undefined],
    ['ureq = "3"', 'builtin'],
    ['ureq = { version = "3", features = ["platform-verifier"] }', undefined],
    ['serde = "1"', undefined],
  ])('%s', (line, expected) => {
    const manifest = `[package]\nname = "shop"\n\n[dependencies]\n${line}\n`;
    expect(need({ Dockerfile: text, 'Cargo.toml': manifest, 'src/main.rs': '' })[0]).toBe(expected);
  });
  test.each([
    ['a public address', 'reqwest::get("https://api.weather.gov/alerts");', 'evident'],
    ['a host that is given', 'reqwest::get(format!("https://{}/api", host));', 'evident'],
    [
      'a host with roots that are given',
      'Client::builder().add_root_certificate(c); reqwest::get(format!("https://{}/api", host));',
      'configured',
    ],
    ['an address that is given', 'reqwest::get(url);', 'configured'],
    ['a neighbour', 'reqwest::get("http://cart:8080");', undefined],
    ['its types alone', 'route(reqwest::Method::GET, reqwest::StatusCode::OK);', undefined],
    ['no source that names it', 'println!("https://shop.dev");', 'evident'],
  ])('%s', (_name, line, expected) => {
    const manifest = '[package]\nname = "shop"\n\n[dependencies]\nreqwest = "0.12"\n';
    expect(need({ Dockerfile: text, 'Cargo.toml': manifest, 'src/main.rs': `fn main() { ${line} }\n` })[0]).toBe(
      expected,
    );
  });
  test('a version that the workspace says', () => {
    const files = {
      Dockerfile: text,
      'Cargo.toml':
        '[workspace]\nmembers = ["shop"]\n\n[workspace.dependencies]\nreqwest = { version = "0.12", default-features = false, features = ["rustls-tls"] }\n',
      'shop/Cargo.toml': '[package]\nname = "shop"\n\n[dependencies]\nreqwest.workspace = true\n',
    };
    expect(need(files)[0]).toBe('builtin');
    expect(
      need({ ...files, 'shop/Cargo.toml': '[package]\nname = "shop"\n\n[dependencies.reqwest]\nversion = "0.12"\n' }),
    ).toEqual(['evident', 'shop/Cargo.toml:4 depends on reqwest']);
  });
});
