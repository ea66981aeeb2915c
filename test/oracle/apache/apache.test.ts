import { oracleSuite } from '../core/suite.ts';
import { cases } from './cases.ts';
import { random } from './random.ts';
import { realApache } from './server.ts';

oracleSuite(realApache, cases, random);
