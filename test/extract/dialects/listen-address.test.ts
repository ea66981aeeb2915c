import { expect, test } from '@jest/globals';
import { readListenAddress } from '../../../src/extract/dialects/listen-address.ts';

test.each([
  ['443', '', [443], 'external'],
  [':443', '', [443], 'external'],
  ['*:443', '', [443], 'external'],
  ['0.0.0.0:443', '', [443], 'external'],
  ['[::]:443', '', [443], 'external'],
  ['[::1]:443', '::1', [443], 'internal'],
  ['::1', '::1', [], 'internal'],
  ['127.0.0.1:8000-8010', '127.0.0.1', [8000, 8010], 'internal'],
  ['example.com:443', 'example.com', [443], 'external'],
  ['localhost', 'localhost', [], 'internal'],
  ['tcp://0.0.0.0:8443', '', [8443], 'external'],
  ['unix:/run/x.sock', 'unix:/run/x.sock', [], 'internal'],
  ['/run/x.sock', '/run/x.sock', [], 'internal'],
])('%s', (text, host, ports, exposure) => {
  expect(readListenAddress(text)).toEqual({ host, ports, exposure });
});

test.each(['a b', '[::1', 'x:y:z'])('%s is no address', (text) => {
  expect(readListenAddress(text)).toBeUndefined();
});
