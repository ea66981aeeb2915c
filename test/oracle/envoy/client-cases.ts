import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { NamedCase, OracleCase, World } from '../core/oracle-case.ts';
import { certificates } from './bootstrap.ts';
import { oneListener, roots, type Text, textOf } from './one-listener.ts';

/** One listener whose context is these lines before `common_tls_context`, with this in it beside the certificates. */
const clientAuth =
  (before: string, validation: Text) =>
  (world: World): OracleCase =>
    oneListener(`${before}common_tls_context:\n  ${certificates(world)}\n  ${textOf(validation, world)}`, [
      'clientAuth/mode',
    ])(world);

const fingerprint = (path: string): string => new X509Certificate(readFileSync(path)).fingerprint256;
/** Client certificates. */
export const clientCases: readonly NamedCase[] = [
  {
    name: 'client certificates: required',
    make: clientAuth('require_client_certificate: true\n', (world) => `validation_context: {${roots(world)}}`),
  },
  {
    name: 'client certificates: roots alone make them optional',
    make: clientAuth('', (world) => `validation_context: {${roots(world)}}`),
  },
  {
    name: 'client certificates: false is optional too',
    make: clientAuth('require_client_certificate: false\n', (world) => `validation_context: {${roots(world)}}`),
  },
  {
    name: 'client certificates: required, with nothing to verify by',
    make: clientAuth('require_client_certificate: true\n', 'alpn_protocols: [http/1.1]'),
  },
  {
    name: 'client certificates: required, with an empty context',
    make: clientAuth('require_client_certificate: true\n', 'validation_context: {}'),
  },
  {
    name: 'client certificates: required, ACCEPT_UNTRUSTED alone',
    make: clientAuth(
      'require_client_certificate: true\n',
      'validation_context: {trust_chain_verification: ACCEPT_UNTRUSTED}',
    ),
  },
  {
    name: 'client certificates: required, by the roots of the system',
    make: clientAuth('require_client_certificate: true\n', 'validation_context: {system_root_certs: {}}'),
  },
  {
    name: 'client certificates: an empty list of names, and the usual verification',
    make: clientAuth(
      '',
      (world) =>
        `validation_context: {${roots(world)}, trust_chain_verification: VERIFY_TRUST_CHAIN, match_typed_subject_alt_names: []}`,
    ),
  },
  { name: 'client certificates: an empty context', make: clientAuth('', 'validation_context: {}') },
  {
    name: 'client certificates: untrusted ones may enter',
    make: clientAuth(
      'require_client_certificate: true\n',
      (world) => `validation_context: {${roots(world)}, trust_chain_verification: ACCEPT_UNTRUSTED}`,
    ),
  },
  {
    name: 'client certificates: optional, untrusted ones may enter',
    make: clientAuth('', (world) => `validation_context: {${roots(world)}, trust_chain_verification: 1}`),
  },
  {
    name: 'client certificates: names make them necessary',
    make: clientAuth(
      '',
      (world) =>
        `validation_context: {${roots(world)}, match_typed_subject_alt_names: [{san_type: DNS, matcher: {suffix: test}}]}`,
    ),
  },
  {
    name: 'client certificates: a pinned one',
    make: clientAuth(
      '',
      (world) => `validation_context: {verify_certificate_hash: ["${fingerprint(world.certificates.client.chain)}"]}`,
    ),
  },
  {
    name: 'client certificates: ACCEPT_UNTRUSTED alone',
    make: clientAuth('', 'validation_context: {trust_chain_verification: ACCEPT_UNTRUSTED}'),
  },
];
