import type { Need } from './evidence.ts';
import type { StartQuestion } from './start-question.ts';

/**
 * A JVM brings its own `lib/security/cacerts`, copied or unpacked. Only Debian's packages link theirs to what
 * ca-certificates-java makes, and that package brings the bundle. `undefined` for another language.
 * Sources: JSSE Reference Guide, "Creating the Trust Manager"; Debian, openjdk-17-jre-headless, Depends.
 */
export const jvmNeed = ({ program }: StartQuestion): Need | undefined =>
  /^(?:java|catalina\.sh|jshell)$/.test(program.name) &&
  !program.words.some((word) => /javax\.net\.ssl\.trustStore=/.test(word))
    ? { need: 'builtin', evidence: [] }
    : undefined;
