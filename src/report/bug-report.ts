import { visible } from './visible.ts';

/** What to say when tlslint itself is at fault. */
export function bugReport(error: unknown, version: string): string {
  const detail = error instanceof Error ? `${error.stack ?? error.message}${causeOf(error)}` : String(error);
  return [
    `tlslint: this is a bug in tlslint ${version}. Please report it, with the text below and the file that sets it off,`,
    'at https://github.com/tlslint/tlslint/issues',
    ...detail.split('\n').map((line) => `  ${visible(line)}`),
    '',
  ].join('\n');
}

const causeOf = ({ cause }: Error): string =>
  cause instanceof Error ? `\ncaused by ${cause.stack ?? cause.message}` : '';
