/** How an encrypted file starts, by the tool that encrypted it. */
const openings: readonly RegExp[] = [
  /^\$ANSIBLE_VAULT;/,
  /^\0GITCRYPT\0/,
  /^age-encryption\.org\/v1/,
  /^-----BEGIN (AGE ENCRYPTED FILE|PGP MESSAGE)-----/,
  /^(\{\s{0,20}"data":\s{0,4}")?ENC\[AES256_GCM,/,
  /^U2FsdGVkX1/,
];

/**
 * Whether a file is encrypted as a whole, so that what it holds is no leak and cannot be read: Ansible Vault,
 * git-crypt, age, GnuPG, SOPS in binary mode, `openssl enc` as transcrypt uses it.
 */
export function isSealed(text: string): boolean {
  const start = text.slice(0, 200).trimStart();
  return openings.some((opening) => opening.test(start));
}
