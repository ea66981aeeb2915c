/** Images for tests of tools and for editors: nobody deploys them. */
export const isTrial = (path: string): boolean =>
  /(?:^|\/)(?:testdata|fixtures?|__fixtures__|e2e|\.devcontainer)\//.test(path);
