import type { Technology } from '../core/technology.ts';

/**
 * Images of Java programs that Jib builds from Maven and Gradle projects. A JVM carries its own roots.
 * Source: GoogleContainerTools/jib at fb949e2, jib-maven-plugin/README.md, jib-gradle-plugin/README.md, docs/default_base_image.md.
 */
export const jib: Technology = {
  name: 'jib',
  claims: ({ path, hasWord }) =>
    (/(?:^|\/)pom\.xml$/.test(path) && hasWord('jib-maven-plugin')) ||
    (/(?:^|\/)[\w.-]+\.gradle(?:\.kts)?$/.test(path) && hasWord('jib')),
  extract: async ({ sources: [source] }) => {
    const { jibImages } = await import('./image/builders/jib/jib-images.ts');
    return jibImages(source);
  },
};
