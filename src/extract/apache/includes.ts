import { data } from '../../../data/apache-defaults.yaml';
import type { IncludeHabits } from '../dialects/included-files.ts';

/**
 * Relative names start at ServerRoot, which is the main file's folder or one around it. A folder stands for everything in
 * it (core, Include). What Debian's a2ensite and a2enmod link into `sites-enabled` and `mods-enabled` stands in
 * `sites-available` and `mods-available`; which of `conf-available` is linked cannot be told.
 */
export const apacheIncludes: IncludeHabits = {
  searchesBareNames: true,
  readings: (pattern) => {
    const files = pattern.endsWith('/') ? `${pattern}*` : pattern;
    const available = files.replace(/(^|\/)(sites|mods)-enabled(?=\/)/, '$1$2-available');
    return available === files ? [files] : [files, available];
  },
};

/** The directives that an include that is not in the repository may set; `undefined` when it may be any. */
export const setByShippedFile = (pattern: string): readonly string[] | undefined =>
  data.shippedFiles.find(({ path }) => new RegExp(path).test(pattern))?.sets;
