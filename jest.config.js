export default {
  testEnvironment: 'node',
  roots: ['<rootDir>/test'],
  testMatch: ['**/*.test.ts'],
  testPathIgnorePatterns: ['/oracle/'],
  moduleFileExtensions: ['ts', 'js', 'mjs', 'json', 'yaml', 'tsv'],
  extensionsToTreatAsEsm: ['.ts', '.yaml', '.tsv'],
  transform: {
    '\\.ts$': [
      '@swc/jest',
      {
        jsc: { target: 'es2023', parser: { syntax: 'typescript' }, experimental: { keepImportAttributes: true } },
        module: { type: 'es6' },
      },
    ],
    '\\.(yaml|tsv)$': '<rootDir>/scripts/jest-data.js',
  },
};
