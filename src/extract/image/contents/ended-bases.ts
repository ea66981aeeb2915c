import { data as bases } from '../../../../data/base-images.yaml';
import { data } from '../../../../data/ended-bases.yaml';
import type { Image } from '../../../core/fact.ts';
import { isKnown } from '../walk/expand.ts';

const whole = (pattern: string): RegExp => new RegExp(`^(?:${pattern})$`);

const entries = data.map((entry) => ({ ...entry, image: whole(entry.image), tags: entry.tags.map(whole) }));

/** Whether a base image gets no updates any more; `undefined` for one that does, or that is not known. */
export function endedBase(reference: string): Image['ended'] {
  if (!isKnown(reference)) return undefined;
  const plain = reference.replace(/@.*$/, '');
  const alias = bases.aliases.find((prefix) => plain.startsWith(prefix)) ?? '';
  const [, image = '', tag = 'latest'] = /^([^:]+)(?::(.+))?$/.exec(plain.slice(alias.length)) ?? [];
  const found = entries.find((entry) => entry.image.test(image) && entry.tags.some((pattern) => pattern.test(tag)));
  return found && { since: found.since, trouble: `${plain}, whose ${found.trouble}` };
}
