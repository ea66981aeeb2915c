import type { Source } from '../../../core/source.ts';
import type { Need } from './evidence.ts';
import { evidenceAt, undecided } from './evidence.ts';

/**
 * What a manifest without a lock file says about its HTTP client. Only reqwest and ureq are decided, whose features name
 * the roots. Read in the published crates: reqwest 0.11.27 and 0.12.24 (`default-tls` is native-tls, `rustls-tls` is
 * webpki-roots), reqwest 0.13.1 (`rustls` is rustls-platform-verifier), ureq 2.12.1 and 3.1.4 (webpki-roots).
 */
export function needOfManifest(manifest: Source, workspace: Source | undefined): Need {
  const own = dependencyIn(manifest.text, 'reqwest', 'dependencies');
  if (own && !own.optional) {
    const shared = own.shared && workspace && dependencyIn(workspace.text, 'reqwest', 'workspace.dependencies');
    const roots = rootsOf(shared ? { ...shared, features: [...shared.features, ...own.features] } : own);
    const { start } = own;
    const evidence = [evidenceAt(manifest, start, start + 'reqwest'.length, 'depends on reqwest')];
    if (roots) return { need: roots === 'system' ? 'evident' : 'builtin', evidence };
    return undecided;
  }
  const ureq = dependencyIn(manifest.text, 'ureq', 'dependencies');
  if (!ureq || ureq.optional || ureq.features.some((feature) => /native|platform/.test(feature))) return undecided;
  const evidence = [evidenceAt(manifest, ureq.start, ureq.start + 'ureq'.length, 'depends on ureq')];
  return { need: 'builtin', evidence };
}

interface Dependency {
  readonly start: number;
  readonly version: string;
  readonly defaults: boolean;
  readonly features: readonly string[];
  readonly optional: boolean;
  /** `workspace = true`: the workspace's manifest says the version. */
  readonly shared: boolean;
}

/** Which roots reqwest uses; `undefined` for a version that is not known, or without TLS. */
function rootsOf({ version, defaults, features }: Dependency): 'system' | 'own' | undefined {
  const minor = /^[~^=\s]*0\.(\d+)/.exec(version)?.[1];
  if (minor === '13')
    return defaults || features.some((one) => /^(?:rustls|native-tls|default-tls)/.test(one)) ? 'system' : undefined;
  if (minor !== '11' && minor !== '12') return undefined;
  // Without a word in the program, native-tls goes first where both are compiled in.
  if (defaults || features.some((one) => /^(?:native-tls|default-tls|default$|rustls-tls-native-roots)/.test(one)))
    return 'system';
  return features.some((one) => /^rustls-tls(?:-webpki-roots)?$/.test(one)) ? 'own' : undefined;
}

/** `name = "1"`, `name = { … }` below a table, and a table of its own. Source: Cargo book, "Specifying Dependencies". */
function dependencyIn(text: string, name: string, table: string): Dependency | undefined {
  let section = '';
  let offset = 0;
  const lines = text.split('\n');
  for (const [index, line] of lines.entries()) {
    const start = offset;
    offset += line.length + 1;
    const header = /^\s*\[([^[\]]+)\]/.exec(line)?.[1]?.trim();
    if (header !== undefined) section = header;
    if (header === `${table}.${name}`) {
      const rest = lines.slice(index + 1, index + 20);
      const end = rest.findIndex((one) => /^\s*\[/.test(one));
      return dependencyOf((end < 0 ? rest : rest.slice(0, end)).join('\n'), start + line.lastIndexOf(name));
    }
    if (section !== table) continue;
    const value = new RegExp(`^\\s*${name}(?:\\.(workspace))?\\s*=\\s*(.*)$`).exec(line);
    if (!value) continue;
    const at = start + line.indexOf(name);
    if (value[1]) return dependencyOf('workspace = true', at);
    const plain = /^"([^"]*)"/.exec(value[2] ?? '')?.[1];
    if (plain !== undefined) return dependencyOf(`version = "${plain}"`, at);
    // A list of features may go over several lines.
    const whole = lines.slice(index, index + 20).join('\n');
    return dependencyOf(whole.slice(whole.indexOf('{'), Math.max(whole.indexOf('}'), 0)), at);
  }
  return undefined;
}

function dependencyOf(text: string, start: number): Dependency {
  const listed = /\bfeatures\s*=\s*\[([^\]]*)\]/.exec(text)?.[1] ?? '';
  return {
    start,
    version: /\bversion\s*=\s*"([^"]*)"/.exec(text)?.[1] ?? '',
    defaults: !/\bdefault[-_]features\s*=\s*false/.test(text),
    features: [...listed.matchAll(/"([^"]+)"/g)].map(([, feature = '']) => feature),
    optional: /\boptional\s*=\s*true/.test(text),
    shared: /\bworkspace\s*=\s*true/.test(text),
  };
}
