import { oracleSuite } from '../core/suite.ts';
import { cases } from './cases.ts';
import { random } from './random.ts';
import { realHaproxy } from './server.ts';

oracleSuite(realHaproxy, cases, random);
