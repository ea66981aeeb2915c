import { oracleSuite } from '../core/suite.ts';
import { cases } from './cases.ts';
import { random } from './random.ts';
import { realNginx } from './server.ts';

oracleSuite(realNginx, cases, random);
