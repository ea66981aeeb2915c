import { load } from 'js-yaml';

/**
 * The ES module that a data file is imported as: YAML as plain JSON, TSV as rows of cells without its header.
 * Used by the bundler and by jest, so that both read the same file.
 */
export function dataModule(path, text) {
  const data = path.endsWith('.yaml') ? load(text) : rows(text);
  return `export const data = ${JSON.stringify(data)};\n`;
}

function rows(text) {
  const [, ...lines] = text.trimEnd().split('\n');
  return lines.map((line) => line.split('\t'));
}
