import { type Field, unknown, written } from '../../core/fact-builder.ts';
import { spanOfWord, type Word } from '../../formats/word.ts';
import { cipherSuite } from '../../tls/suites.ts';
import { listItems } from './openssl-fields.ts';

/** The suites of an OpenSSL list for TLS 1.3 (SSL_CTX_set_ciphersuites(3)). Others have no effect there. */
export function suites13Field(list: Word): Field<readonly string[]> {
  if (list.unknown) return unknown;
  const items = listItems(list).filter(({ text }) => cipherSuite(text)?.protocol === 'TLSv1.3');
  return written(
    items.map(({ text }) => text),
    spanOfWord(list),
    Object.fromEntries(items.map((item, index) => [String(index), spanOfWord(item)])),
  );
}
