import { dataModule } from './data-module.js';

/** Lets jest import the data files that the bundler inlines. */
export default {
  process: (text, path) => ({ code: dataModule(path, text) }),
};
