import type { NamedCase } from '../core/oracle-case.ts';
import { clientCases } from './client-cases.ts';
import { httpCases } from './http-cases.ts';
import { parameterCases } from './parameter-cases.ts';
import { structureCases } from './structure-cases.ts';
import { upstreamCases } from './upstream-cases.ts';

export const cases: readonly NamedCase[] = [
  ...parameterCases,
  ...clientCases,
  ...structureCases,
  ...httpCases,
  ...upstreamCases,
];
