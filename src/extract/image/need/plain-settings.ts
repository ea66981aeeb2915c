import type { Repository } from '../../../core/technology.ts';

/** Files that run programs and give them their variables. */
const settingFile = /\.(?:ya?ml|env)$|(?:^|\/)(?:\.env[\w.-]*|(?:Docker|Container|Make)file[\w.-]*)$/;
const mostFiles = 400;

/**
 * Whether the repository gives one of these variables an `http://` address and none of them an `https://` one: then the
 * program's client, which names no address itself, speaks no TLS as far as anybody wrote.
 */
export function setToPlain(names: readonly string[], repository: Repository): boolean {
  if (names.length === 0) return false;
  const schemes = new Set<string>();
  const setting = new RegExp(
    `\\b(?:${names.join('|')})["']?(?:\\s*[:=]\\s*|\\s*\\n\\s*(?:-\\s*)?value:\\s*)["']?(https?)://`,
    'g',
  );
  for (const path of repository.paths.filter((one) => settingFile.test(one)).slice(0, mostFiles)) {
    for (const [, scheme = ''] of repository.read(path)?.text.matchAll(setting) ?? []) schemes.add(scheme);
  }
  return schemes.has('http') && !schemes.has('https');
}
