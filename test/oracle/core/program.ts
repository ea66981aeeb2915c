import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

/** The file that the shell would run for a name; `undefined` where no folder of PATH has it. */
export const programOnPath = (name: string): string | undefined =>
  (process.env.PATH ?? '')
    .split(delimiter)
    .map((folder) => join(folder, name))
    .find(isExecutable);

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** How servers that Debian has no package of are installed. */
export const fromPypi = 'scripts/install-servers.sh FOLDER, then FOLDER/bin belongs in PATH';
