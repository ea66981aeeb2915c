import { testRows } from './support/row-tests.ts';
import { kubernetesSections } from './support/rows.ts';

/** What tlslint reads of Kubernetes, row by row: manifests in, facts and findings out. */
testRows(kubernetesSections(), { name: 'app.yaml' });
