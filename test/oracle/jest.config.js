import shared from '../../jest.config.js';

/** The oracle: real servers on this machine, one test file each. Minutes, not seconds. */
export default {
  ...shared,
  rootDir: '../..',
  roots: ['<rootDir>/test/oracle'],
  testPathIgnorePatterns: [],
  maxWorkers: 2,
};
