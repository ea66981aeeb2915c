import type { Extraction } from '../../../core/technology.ts';
import { joined } from '../kind.ts';
import { conventionalIngresses } from './conventional-ingress.ts';
import { knownChartFacts } from './known-charts.ts';
import type { Release } from './release.ts';
import { switchFacts } from './value-switches.ts';

/** What the values of a chart say, wherever they stand. What they leave out, the chart or other values decide. */
export const readValues = (release: Release): Extraction =>
  joined([knownChartFacts(release), conventionalIngresses(release), { facts: switchFacts(release), diagnostics: [] }]);
