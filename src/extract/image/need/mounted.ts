import type { Repository } from '../../../core/technology.ts';
import { callersOf } from '../callers/callers.ts';
import type { Need } from './evidence.ts';

/** What `ask` answers, unless a manifest of the repository gives the image its bundle when it runs. */
export const unlessMounted = (path: string, repository: Repository, ask: () => Need): Need =>
  callersOf(path, repository).mountsBundle ? { need: 'mounted', evidence: [] } : ask();
