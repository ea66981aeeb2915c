/** Directives of one level, as lines, and how they are written. */
export interface Level {
  readonly lines: readonly Line[];
  readonly style: Style;
}

/** A directive's name and its words; how each word is quoted. */
export type Line = readonly [name: string, ...words: string[]];

export interface Style {
  /** `file`: in a file of its own · `macro`: brought in by `Use` · `condition`: inside `<IfModule>` and the like. */
  readonly place: 'here' | 'file' | 'macro' | 'condition';
  readonly quote: '' | '"' | "'";
  readonly names: 'as documented' | 'lower case' | 'upper case';
  readonly comment: boolean;
  /** Each word on a line of its own, joined by backslashes. */
  readonly spread: boolean;
  /** The last word of each line comes from a definition. */
  readonly defined: boolean;
}

/** The table of every `Header`: what stands in both is sent twice. */
export type HeaderTable = '' | 'always' | 'onsuccess';

export interface Writer {
  readonly level: (level: Level) => string;
  /** Macros and definitions that the levels written so far need. */
  readonly head: () => string;
  readonly files: Readonly<Record<string, string>>;
}

/** Writes levels in their styles, and collects the files, macros and definitions that they need. */
export function writerFor(table: HeaderTable): Writer {
  const files: Record<string, string> = {};
  const head: string[] = [];
  const level = ({ lines, style: written }: Level): string => {
    if (lines.length === 0) return '';
    const text = lines.map((words) => lineOf(words, table, written, head)).join('\n');
    const number = Object.keys(files).length + head.length;
    switch (written.place) {
      case 'file':
        files[`parts/part-${number}.conf`] = `# what belongs together\n${text}\n`;
        return `Include parts/part-${number}.conf`;
      case 'macro':
        head.push(`<Macro Part${number} $unused>\n${text}\n</Macro>`);
        return `Use part${number} "a b"`;
      case 'condition':
        return `<IfModule ssl_module>\n<IfVersion >= 2.4>\n${text}\n</IfVersion>\n</IfModule>\n<IfModule !ssl_module>\nSSLProtocol all\n</IfModule>`;
      case 'here':
        return text;
    }
  };
  return { level, head: () => head.join('\n'), files };
}

function lineOf(
  [name, ...plainWords]: Line,
  table: HeaderTable,
  { quote, names, comment, spread, defined }: Style,
  head: string[],
): string {
  const words = name === 'Header' && table !== '' ? [table, ...plainWords] : plainWords;
  const spelled = { 'as documented': name, 'lower case': name.toLowerCase(), 'upper case': name.toUpperCase() }[names];
  const shown = words.map((word, index) => {
    const marks = /\s/.test(word) && quote === '' ? '"' : quote;
    if (!defined || index !== words.length - 1 || /[$%]/.test(word)) return `${marks}${word}${marks}`;
    const variable = `V${head.length}`;
    head.push(`Define ${variable} "${word}"`);
    return `${marks}\${${variable}}${marks}`;
  });
  const directive = [spelled, ...shown].join(spread ? ' \\\n  ' : ' ');
  return comment ? `  # ${name} none\n${directive}` : directive;
}
