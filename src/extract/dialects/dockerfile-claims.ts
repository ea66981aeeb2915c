import type { Candidate } from '../../core/technology.ts';

/** Names that a Dockerfile with a suffix may not be: ignore files, documentation, code that is about Dockerfiles. */
const otherFiles =
  /\.(?:dockerignore|md|adoc|rst|html?|ya?ml|json5?|lock|sh|bats|tsx?|jsx?|mjs|cjs|css|rb|rs|go|py|java|kt|golden|snap|png|svg)$/i;

/** Whether a file is a Dockerfile or Containerfile of the repository's own: for every technology that reads them. */
export function claimsDockerfile({ path, hasWord }: Candidate): boolean {
  const name = path.slice(path.lastIndexOf('/') + 1);
  if (/(?:^|\/)(?:vendor|node_modules|third_party)\//.test(path)) return false;
  if (/^(?:docker|container)file$/i.test(name)) return true;
  return (
    (/^(?:docker|container)file[._-]/i.test(name) ||
      /^(?:Docker|Container)file[A-Z]\w*$/.test(name) ||
      /\.(?:docker|container)file$/i.test(name)) &&
    !otherFiles.test(name) &&
    (hasWord('FROM') || hasWord('from'))
  );
}
