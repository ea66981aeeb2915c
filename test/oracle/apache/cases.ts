import type { NamedCase } from '../core/oracle-case.ts';
import { serverCases } from './server-cases.ts';
import { settingsCases } from './settings-cases.ts';
import { upstreamCases } from './upstream-cases.ts';

export const cases: readonly NamedCase[] = [...settingsCases, ...serverCases, ...upstreamCases];
