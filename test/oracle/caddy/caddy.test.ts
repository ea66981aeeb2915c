import { oracleSuite } from '../core/suite.ts';
import { cases } from './cases.ts';
import { random } from './random.ts';
import { realCaddy } from './server.ts';

oracleSuite(realCaddy, cases, random);
