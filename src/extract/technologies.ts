import type { Technology } from '../core/technology.ts';
import { lighttpd } from './lighttpd/lighttpd.ts';

/** Every technology that tlslint reads. A new one is its module and its line here. */
export const technologies: readonly Technology[] = [lighttpd];
