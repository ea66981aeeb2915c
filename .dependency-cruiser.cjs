/** Imports go one way: this table is the architecture. A folder may import itself and what its row names. */
const mayImport = {
  core: [],
  tls: ['core'],
  formats: ['core', 'tls'],
  config: ['core', 'tls', 'formats'],
  extract: ['core', 'tls', 'formats'],
  link: ['core', 'tls'],
  judge: ['core', 'tls', 'formats'],
  report: ['core', 'tls'],
  discover: ['core', 'config'],
};

module.exports = {
  forbidden: [
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    ...Object.entries(mayImport).map(([folder, allowed]) => ({
      name: `${folder}-imports`,
      severity: 'error',
      from: { path: `^src/${folder}/` },
      to: { path: '^src/', pathNot: `^src/(${[folder, ...allowed].join('|')})/` },
    })),
    {
      name: 'pipeline-imports',
      comment: 'lint.ts joins the steps and touches neither configuration files nor the disk',
      severity: 'error',
      from: { path: '^src/lint\\.ts$' },
      to: { path: '^src/(config|discover|report)/' },
    },
    {
      name: 'technologies-apart',
      comment: 'a technology never imports another: what they share lives in dialects, formats or tls',
      severity: 'error',
      from: { path: '^src/extract/([^/]+)/' },
      to: {
        path: '^src/extract/',
        pathNot: ['^src/extract/$1', '^src/extract/dialects/', '^src/extract/versions\\.ts$'],
      },
    },
    {
      name: 'outside-world',
      comment: 'only discovery and the two edges read files',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/(discover/|run\\.ts|cli\\.ts|action\\.ts)' },
      to: { path: '^(node:)?(fs|child_process|http|https|net|os|process)' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    parser: 'swc',
    tsPreCompilationDeps: true,
    moduleSystems: ['es6'],
    enhancedResolveOptions: { extensions: ['.ts', '.js', '.json'] },
  },
};
