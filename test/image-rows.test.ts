import { testRows } from './support/row-tests.ts';
import { sectionsOf } from './support/rows.ts';

/** What tlslint says of container images beside their CA bundles, row by row: Dockerfiles in, findings out. */
testRows(sectionsOf('test/images'), { name: 'Dockerfile', pointed: true });
