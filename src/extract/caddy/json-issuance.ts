import type { Fact, Issuance } from '../../core/fact.ts';
import { type Field, unknown, written } from '../../core/fact-builder.ts';
import { spanOfWord, type Word } from '../../formats/word.ts';
import { items, type YamlNode } from '../../formats/yaml-tree.ts';
import { issuanceFact } from './issuance.ts';
import { wordAt, wordsAt } from './json-words.ts';
import { isFixed } from './model.ts';

/** A request for each automation policy that names its authority (`apps.tls.automation.policies`). */
export const issuancesOf = (apps: YamlNode): readonly Fact<Issuance>[] =>
  items(apps, 'tls', 'automation', 'policies').flatMap((policy) =>
    items(policy, 'issuers').flatMap((issuer) => {
      const module = wordAt(issuer, 'module');
      const directory = wordAt(issuer, 'ca');
      if (!module || !isFixed(module) || !(module.text === 'zerossl' || (module.text === 'acme' && directory)))
        return [];
      const subjects = wordsAt(policy, 'subjects');
      const [first] = subjects;
      return [
        issuanceFact({
          subject: first ? `certificate of ${first.text}` : 'certificates of all sites',
          self: spanOfWord(directory ?? module),
          module: module.text,
          directory,
          hosts: hostsField(subjects),
          keyType: wordAt(policy, 'key_type'),
        }),
      ];
    }),
  );

function hostsField(subjects: readonly Word[]): Field<readonly string[]> | undefined {
  const [first] = subjects;
  if (!first) return undefined;
  if (!subjects.every(isFixed)) return unknown;
  return written(
    subjects.map(({ text }) => text),
    spanOfWord(first),
    Object.fromEntries(subjects.map((subject, index) => [String(index), spanOfWord(subject)])),
  );
}
