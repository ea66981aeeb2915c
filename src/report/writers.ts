import type { Writer } from '../core/report.ts';
import { github } from './github.ts';
import { json } from './json.ts';
import { markdown } from './markdown.ts';
import { text } from './text.ts';

/** Every report format. A new one is its module and its line here. */
export const writers: readonly Writer[] = [text, json, github, markdown];
