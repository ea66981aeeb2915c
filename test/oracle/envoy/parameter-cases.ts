import type { NamedCase, OracleCase, World } from '../core/oracle-case.ts';
import { certificates } from './bootstrap.ts';
import { oneListener } from './one-listener.ts';

/** One listener with both certificates and these TLS parameters. */
const parameters =
  (params: string, compares: readonly string[] = ['protocols', 'ciphers']) =>
  (world: World): OracleCase =>
    oneListener(`common_tls_context:\n  ${certificates(world)}\n  tls_params: {${params}}`, compares)(world);

/** Versions, suites and groups. */
export const parameterCases: readonly NamedCase[] = [
  {
    name: 'nothing written: the defaults',
    make: (world) =>
      oneListener(`common_tls_context: {${certificates(world)}}`, [
        'tls',
        'protocols',
        'ciphers',
        'groups',
        'suites13',
        'clientAuth/mode',
      ])(world),
  },
  {
    name: 'TLS_AUTO is the default',
    make: parameters('tls_minimum_protocol_version: TLS_AUTO, tls_maximum_protocol_version: 0'),
  },
  {
    name: 'TLS 1.0 with suites for it',
    make: parameters(
      'tls_minimum_protocol_version: TLSv1_0, cipher_suites: [ECDHE-ECDSA-AES128-GCM-SHA256, ECDHE-RSA-AES128-SHA, AES256-SHA]',
      ['protocols', 'ciphers', 'preferServerCiphers'],
    ),
  },
  { name: 'TLS 1.0 without suites for it', make: parameters('tls_minimum_protocol_version: TLSv1_0') },
  {
    name: 'TLS 1.0 with suites of TLS 1.2 alone',
    make: parameters('tls_minimum_protocol_version: TLSv1_0, cipher_suites: [AES128-GCM-SHA256]'),
  },
  {
    name: 'one version by number',
    make: parameters('tls_minimum_protocol_version: 2, tls_maximum_protocol_version: 2, cipher_suites: [AES128-SHA]'),
  },
  {
    name: 'TLS 1.3 alone: suites of older versions have no effect',
    make: parameters('tls_minimum_protocol_version: TLSv1_3, cipher_suites: [AES128-SHA]', ['protocols', 'suites13']),
  },
  { name: 'a maximum alone', make: parameters('tls_maximum_protocol_version: TLSv1_2') },
  {
    name: 'suites of equal preference',
    make: parameters('cipher_suites: ["[ECDHE-RSA-AES128-GCM-SHA256|ECDHE-RSA-CHACHA20-POLY1305]", AES128-GCM-SHA256]'),
  },
  { name: 'ALL, and old versions', make: parameters('tls_minimum_protocol_version: TLSv1_0, cipher_suites: [ALL]') },
  { name: 'DEFAULT', make: parameters('cipher_suites: [DEFAULT]') },
  {
    name: 'keywords, intersections and removals in one element',
    make: parameters('cipher_suites: ["HIGH:!kRSA:-AES256:+CHACHA20"]'),
  },
  { name: '3DES', make: parameters('cipher_suites: [3DES, ECDHE+AESGCM]') },
  { name: 'a keyword never brings 3DES in', make: parameters('cipher_suites: [kRSA]') },
  {
    name: 'names of the registry',
    make: parameters('cipher_suites: [TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256, TLS_RSA_WITH_AES_256_CBC_SHA]'),
  },
  {
    name: 'a suite that only its name selects',
    make: parameters('cipher_suites: [ECDHE-RSA-AES128-SHA256, ECDHE-RSA-AES256-SHA]'),
  },
  { name: 'a scalar where a list is meant', make: parameters('cipher_suites: "AES128-SHA:AES256-SHA"') },
  {
    name: 'groups, a hybrid one among them',
    make: parameters('ecdh_curves: [X25519MLKEM768, P-384, prime256v1]', ['groups']),
  },
  { name: 'one group', make: parameters('ecdh_curves: P-521', ['groups']) },
  {
    name: 'a hybrid group alone: no older version has one for ECDHE',
    make: parameters('ecdh_curves: [X25519MLKEM768], cipher_suites: [ECDHE-RSA-AES128-SHA, AES128-SHA]'),
  },
  {
    name: 'a keyword takes 3DES out',
    make: parameters('cipher_suites: [3DES, AES128-SHA, AES128-GCM-SHA256, "-SHA1"]'),
  },
  {
    name: 'compliance with FIPS',
    make: parameters('tls_minimum_protocol_version: TLSv1_0, compliance_policies: [FIPS_202205]', [
      'protocols',
      'ciphers',
      'groups',
      'suites13',
    ]),
  },
  {
    name: "the client's order",
    make: (world) =>
      oneListener(
        `prefer_client_ciphers: true
common_tls_context:
  tls_certificates: [{certificate_chain: {filename: ${world.certificates.rsa.chain}}, private_key: {filename: ${world.certificates.rsa.key}}}]
  tls_params: {cipher_suites: [AES128-SHA, AES256-SHA]}`,
        ['preferServerCiphers'],
      )(world),
  },
  {
    name: 'one certificate',
    make: (world) =>
      oneListener(
        `common_tls_context: {tls_certificates: {certificate_chain: {filename: ${world.certificates.rsa.chain}}, private_key: {filename: ${world.certificates.rsa.key}}}}`,
        ['certificates', 'ciphers'],
      )(world),
  },
];
