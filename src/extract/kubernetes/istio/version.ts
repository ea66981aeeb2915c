import { tellsOf } from '../../../core/paths.ts';
import type { VersionEvidence } from '../../../core/technology.ts';
import { scalar, type YamlScalar } from '../../../formats/yaml-tree.ts';
import type { Explanation, KindContext } from '../kind.ts';
import { labelOf } from '../objects.ts';

/** Where resources that install Istio say its release, or the release that it is to behave like, best evidence first. */
const places: readonly (readonly [groupKind: string, path: readonly string[]])[] = [
  ['install.istio.io/IstioOperator', ['spec', 'values', 'compatibilityVersion']],
  ['install.istio.io/IstioOperator', ['spec', 'compatibilityVersion']],
  ['sailoperator.io/Istio', ['spec', 'values', 'compatibilityVersion']],
  ['install.istio.io/IstioOperator', ['spec', 'tag']],
  ['sailoperator.io/Istio', ['spec', 'version']],
];

/** Files that may say the release. */
export const versionExplanations: readonly Explanation[] = [{ kind: 'IstioOperator' }, { kind: 'Istio' }];

/**
 * The release of Istio that a file is for: as configured or by an image tag, else what a resource says that installs it.
 * Several that disagree leave the first as a guess. Source: Istio 1.31, operator/pkg/apis/istio/v1alpha1; Sail operator 1.30.
 */
export function istioVersion({ versions, known }: KindContext, path: string): VersionEvidence {
  const evidence = versions('istio', path);
  if (!evidence.guessed) return evidence;
  for (const [groupKind, at] of places) {
    const said = known(groupKind)
      .filter(({ root }) => tellsOf(root.source.path, path))
      .flatMap((object) => {
        const node = scalar(object.root, ...at);
        const version = node && numberIn(node);
        return version === undefined ? [] : [{ version, where: `${at.slice(1).join('.')} of ${labelOf(object)}` }];
      });
    const [first] = said;
    if (first) {
      const { version, where } = first;
      return { version, reason: `istio ${version} (${where})`, guessed: said.some((one) => one.version !== version) };
    }
  }
  return evidence;
}

/** `1.29.1`, `v1.29.1`, `1.29.1-distroless`; aliases such as `v1.29-latest` name a branch. */
const numberIn = ({ value }: YamlScalar): string | undefined => /^v?(\d+\.\d+(?:\.\d+)?)(?![\d.])/.exec(value)?.[1];
