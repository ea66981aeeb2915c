import type { Technology } from '../core/technology.ts';
import { apache } from './apache/apache.ts';
import { apko } from './apko.ts';
import { bazel } from './bazel.ts';
import { buildpacks } from './buildpacks.ts';
import { caddy } from './caddy/caddy.ts';
import { certificates } from './certificates.ts';
import { consul } from './consul/consul.ts';
import { dockerfile } from './dockerfile.ts';
import { dovecot } from './dovecot/dovecot.ts';
import { envoy } from './envoy/envoy.ts';
import { etcd } from './etcd/etcd.ts';
import { haproxy } from './haproxy/haproxy.ts';
import { helm } from './helm.ts';
import { hitch } from './hitch/hitch.ts';
import { jib } from './jib.ts';
import { kafka } from './kafka/kafka.ts';
import { ko } from './ko.ts';
import { kubernetes } from './kubernetes.ts';
import { kuma } from './kuma.ts';
import { lighttpd } from './lighttpd/lighttpd.ts';
import { mongodb } from './mongodb/mongodb.ts';
import { monitoring } from './monitoring/monitoring.ts';
import { mysql } from './mysql/mysql.ts';
import { nginx } from './nginx.ts';
import { nix } from './nix.ts';
import { nodes } from './nodes/nodes.ts';
import { nomad } from './nomad/nomad.ts';
import { openssl } from './openssl/openssl.ts';
import { postfix } from './postfix/postfix.ts';
import { postgresql } from './postgresql/postgresql.ts';
import { prometheus } from './prometheus/prometheus.ts';
import { rabbitmq } from './rabbitmq/rabbitmq.ts';
import { redis } from './redis/redis.ts';
import { squid } from './squid/squid.ts';
import { stunnel } from './stunnel/stunnel.ts';
import { tomcat } from './tomcat/tomcat.ts';
import { traefik } from './traefik/traefik.ts';
import { varnish } from './varnish/varnish.ts';
import { vault } from './vault/vault.ts';
import { compose } from './verification/compose.ts';
import { imageClients } from './verification/image.ts';
import { workload } from './verification/workload.ts';

/** Every technology that tlslint reads. A new one is its module and its line here. */
export const technologies: readonly Technology[] = [
  apache,
  apko,
  bazel,
  buildpacks,
  caddy,
  certificates,
  compose,
  consul,
  dockerfile,
  dovecot,
  envoy,
  etcd,
  haproxy,
  helm,
  hitch,
  imageClients,
  jib,
  kafka,
  ko,
  kubernetes,
  kuma,
  lighttpd,
  mongodb,
  monitoring,
  mysql,
  nginx,
  nix,
  nodes,
  nomad,
  openssl,
  postfix,
  postgresql,
  prometheus,
  rabbitmq,
  redis,
  squid,
  stunnel,
  tomcat,
  traefik,
  varnish,
  vault,
  workload,
];
