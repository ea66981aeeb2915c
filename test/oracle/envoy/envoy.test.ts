import { oracleSuite } from '../core/suite.ts';
import { cases } from './cases.ts';
import { random } from './random.ts';
import { realEnvoy } from './server.ts';

oracleSuite(realEnvoy, cases, random);
