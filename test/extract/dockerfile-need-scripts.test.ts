import { describe, expect, test } from '@jest/globals';
import { need } from './dockerfile-need-support.ts';

describe('Python', () => {
  const base =
    'FROM debian:12-slim\nRUN apt-get update && apt-get install -y --no-install-recommends python3\nWORKDIR /app\n';
  const dockerfile = (start: string) => `${base}COPY . .\nCMD ${start}\n`;
  const opened = 'import urllib.request\nprint(urllib.request.urlopen("https://api.weather.gov/alerts").read())\n';

  test.each([
    ['a file', '["python3", "main.py"]', 'main.py'],
    ['a file by its path', '["python3", "-u", "/app/bot/main.py"]', 'bot/main.py'],
    ['a module', '["python3", "-m", "bot.main"]', 'bot/main.py'],
    ['a package', '["python3", "-m", "bot"]', 'bot/__main__.py'],
    ['a server', '["gunicorn", "-b", "0.0.0.0:80", "bot.web:app"]', 'bot/web.py'],
    ['a server as a module', '["python3", "-m", "uvicorn", "web:app"]', 'web.py'],
    ['a server in another folder', '["gunicorn", "--chdir", "src", "web:app"]', 'src/web.py'],
    ['a runner', '["uv", "run", "--no-sync", "python", "main.py"]', 'main.py'],
    ['an agent in front', '["opentelemetry-instrument", "python3", "main.py"]', 'main.py'],
    ['Flask', '["flask", "--app", "bot", "run"]', 'bot.py'],
    ['the file itself', '["./main.py"]', 'main.py'],
    ['the shell form', 'python3 main.py', 'main.py'],
  ])('%s', (_name, start, path) => {
    expect(need({ Dockerfile: dockerfile(start), [path]: opened })).toEqual(['evident', `${path}:2 calls urlopen`]);
  });
  test('a command that the project declares', () => {
    const files = {
      Dockerfile: 'FROM debian:12-slim\nCOPY --from=build /venv /venv\nENV PATH=/venv/bin:$PATH\nCMD ["bot"]\n',
      'pyproject.toml': '[project]\nname = "bot"\n\n[project.scripts]\nbot = "weather.cli:main"\n',
      'src/weather/cli.py': opened,
    };
    expect(need(files)[0]).toBe('evident');
  });
  test('modules of its own are followed', () => {
    const files = {
      Dockerfile: dockerfile('["python3", "-m", "bot.main"]'),
      'bot/main.py': 'from .sources import weather\nfrom bot import mail\n',
      'bot/sources/__init__.py': '',
      'bot/sources/weather.py': opened,
      'bot/mail.py': 'import discord\n',
      'bot/unused.py': 'import slack_sdk\n',
    };
    expect(need(files)).toEqual(['evident', 'bot/sources/weather.py:2 calls urlopen', 'bot/mail.py:1 imports discord']);
  });
  test.each([
    ['certifi', 'import requests\nrequests.get("https://api.weather.gov")\n', 'builtin'],
    ['httpx', 'import httpx\nhttpx.get("https://api.weather.gov")\n', 'builtin'],
    ['aiogram', 'from aiogram import Bot\n', 'builtin'],
    [
      'aiohttp',
      'import aiohttp\nasync with aiohttp.ClientSession() as s:\n    s.get("https://api.weather.gov")\n',
      'evident',
    ],
    [
      'a neighbour',
      'import aiohttp\nasync with aiohttp.ClientSession() as s:\n    s.get("http://cart:8080")\n',
      undefined,
    ],
    ['an address that variables give', 'import urllib.request\nurllib.request.urlopen(url)\n', undefined],
    ['roots of its own', `import certifi, ssl\n${opened}`, 'builtin'],
    ['verification off', `import ssl\nctx = ssl._create_unverified_context()\n${opened}`, undefined],
    ['a comment', '# import discord\n"""\nimport discord\n"""\n', undefined],
    ['who may call', 'import aiohttp\norigins = ["https://shop.dev"]\ns = aiohttp.ClientSession()\n', undefined],
    ['a page for people', 'import aiohttp\nprint("https://shop.dev")\ns = aiohttp.ClientSession()\n', undefined],
  ])('%s', (_name, text, expected) => {
    expect(need({ Dockerfile: dockerfile('["python3", "main.py"]'), 'main.py': text })[0]).toBe(expected);
  });
  test('an interpreter that was copied is not a program without a source', () => {
    const files = {
      Dockerfile:
        'FROM debian:12-slim\nWORKDIR /app\nCOPY --from=build /venv /venv\nCOPY . .\nCMD ["/venv/bin/python", "main.py"]\n',
      'main.py': 'print(1)\n',
    };
    expect(need(files)).toEqual([undefined]);
  });
});

describe('Node.js', () => {
  const slim = 'FROM node:22-slim\nWORKDIR /app\nCOPY . .\nCMD ["node", "server.js"]\n';
  const debian =
    'FROM debian:12-slim\nRUN apt-get update && apt-get install -y --no-install-recommends nodejs\nWORKDIR /app\nCOPY . .\nCMD ["node", "server.js"]\n';
  const fetches = 'fetch("https://api.weather.gov/alerts")\n';

  test('roots that are compiled in', () => {
    expect(need({ Dockerfile: slim, 'server.js': fetches })).toEqual(['builtin']);
    const copied =
      'FROM debian:12-slim\nCOPY --from=node:22-slim /usr/local/bin/node /usr/local/bin/\nCOPY server.js /\nCMD ["node", "/server.js"]\n';
    expect(need({ Dockerfile: copied, 'server.js': fetches })).toEqual(['builtin']);
  });
  test("Debian's package reads the system's files", () => {
    expect(need({ Dockerfile: debian, 'server.js': fetches })).toEqual(['evident', 'server.js:1 calls fetch']);
    expect(need({ Dockerfile: debian, 'server.js': 'fetch("http://cart:8080")\n' })).toEqual([undefined]);
    const files = { Dockerfile: debian, 'server.js': "const bot = require('./src/bot')\n" };
    const bot = { 'src/bot/index.js': "import { Client } from 'discord.js'\n" };
    expect(need({ ...files, ...bot })).toEqual(['evident', 'src/bot/index.js:1 imports discord.js']);
  });
  test('told to read them', () => {
    const told = slim.replace('"node",', '"node", "--use-openssl-ca",');
    expect(need({ Dockerfile: told, 'server.js': fetches })[0]).toBe('evident');
    expect(
      need({ Dockerfile: slim.replace('COPY', 'ENV NODE_OPTIONS=--use-openssl-ca\nCOPY'), 'server.js': '' }),
    ).toEqual([undefined]);
  });
  test('a program without roots that it runs', () => {
    const run = (call: string) =>
      need({ Dockerfile: slim, 'server.js': `import { execSync } from 'node:child_process'\n${call}\n` });
    expect(run("execSync('git clone https://github.com/shop/themes')")).toEqual([
      'evident',
      'server.js:2 calls execSync',
    ]);
    expect(run('execSync(`git clone https://x:${token}@github.com/shop/themes`)')[0]).toBe('evident');
    expect(run("execSync('git status'); log('https://shop.dev')")).toEqual(['builtin']);
  });
  test('what was compiled, by its source', () => {
    const files = {
      Dockerfile: slim.replace('server.js', 'dist/server.js').replace('COPY . .', 'COPY . .\nRUN npx tsc'),
      'src/server.ts': "import { exec } from 'child_process'\nexec('curl https://api.weather.gov')\n",
    };
    expect(need(files)).toEqual(['evident', 'src/server.ts:2 calls exec']);
  });
});
