import { data as acmeServers } from '../../../data/acme-servers.yaml';
import type { Fact, Issuance } from '../../core/fact.ts';
import { buildFact, byDefault, composite, type Field, unknown, written } from '../../core/fact-builder.ts';
import { spanOfNode, type YamlNode, type YamlScalar } from '../../formats/yaml-tree.ts';
import { settingAt, textField } from './traefik-settings.ts';

/** A certificates resolver: its name, its key, and what it says. */
export interface Resolver {
  readonly name: string;
  readonly key: YamlScalar;
  readonly node: YamlNode;
}

/** The authority that the `acme` block of a resolver asks. */
export function resolverFact(resolver: Resolver): Fact<Issuance> {
  const self = spanOfNode(resolver.key);
  const subject = `certificates resolver ${resolver.name}`;
  return buildFact<Issuance>(
    { technology: 'traefik', subject, self },
    { kind: 'issuance', issuerType: 'acme' },
    { issuer: written(subject, self), staging: stagingField(resolver), key: keyField(resolver) },
  );
}

/** The production directory of Let's Encrypt unless another is written (Traefik 3.7, DefaultAcmeCAServer). */
function stagingField({ node }: Resolver): Field<boolean> {
  const server = textField(settingAt(node, 'acme', 'caServer'));
  if (!server) return byDefault(false, "Traefik asks Let's Encrypt's production directory");
  if (server.origin !== 'written') return unknown;
  const host = /^https?:\/\/([^/:?#]+)/i.exec(server.value.trim())?.[1]?.toLowerCase();
  return host === undefined
    ? unknown
    : written(
        acmeServers.some((known) => known.host === host),
        server.span,
      );
}

/** RSA with 4096 bits unless something else is written (Traefik 3.7, pkg/provider/acme, GetKeyType). */
function keyField({ node }: Resolver): Field<NonNullable<Issuance['key']>> {
  const setting = settingAt(node, 'acme', 'keyType');
  const type = textField(setting);
  if (!type)
    return byDefault({ algorithm: 'RSA', bits: 4096 }, 'Traefik asks for certificates with RSA keys of 4096 bits');
  const [, algorithm, bits] = (type.origin === 'written' && /^(EC|RSA)(\d+)$/i.exec(type.value)) || [];
  if (setting.state !== 'present' || algorithm === undefined) return unknown;
  const span = spanOfNode(setting.node);
  return composite<NonNullable<Issuance['key']>>({
    algorithm: written(algorithm.toUpperCase() === 'EC' ? 'ECDSA' : 'RSA', span),
    bits: written(Number(bits), span),
  });
}
