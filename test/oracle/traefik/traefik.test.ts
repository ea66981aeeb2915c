import { oracleSuite } from '../core/suite.ts';
import { cases } from './cases.ts';
import { random } from './random.ts';
import { realTraefik } from './server.ts';

oracleSuite(realTraefik, cases, random);
