import type { Fact, Listener, Upstream } from '../../../core/fact.ts';
import { buildFact, byDefault, composite, type Field, unknown, written } from '../../../core/fact-builder.ts';
import { entries, get, scalar, sourceOfScalar, spanOfNode, type YamlNode } from '../../../formats/yaml-tree.ts';
import { bindFields, optionsOfText, serverFields } from '../../dialects/haproxy-fields.ts';
import { noOptions } from '../../dialects/haproxy-options.ts';
import { wordOfScalar } from '../../dialects/setting-fields.ts';
import { suites13Field } from '../../dialects/suites13-field.ts';
import { type ControllerDefaults, controllerDefaults } from '../ingress/haproxy-defaults.ts';
import type { KindContext, KindExtractor } from '../kind.ts';
import { headOf, type KubernetesObject, labelOf, qualified } from '../objects.ts';
import { cipherStringField, settingAt, textIn } from '../settings.ts';
import { optionsOfFields, sslOf } from './options.ts';
import { technology } from './settings.ts';

/** Version 1 holds what version 3 has directly below `spec` in `spec.config`. */
const configOf = ({ root }: KubernetesObject): YamlNode | undefined => get(root, 'spec', 'config') ?? get(root, 'spec');

/**
 * A Global: the TLS settings of all bind lines, one `listener`, and HAProxy's own requests, an `upstream`, where they are
 * told not to verify. Source: crs/definition/ingress.v1.haproxy.org_globals.yaml and ingress.v3.haproxy.org_globals.yaml
 * of haproxytech/kubernetes-ingress 3.2.
 */
export const global: KindExtractor = (object, context) => {
  const config = configOf(object);
  if (!config) return { facts: [], diagnostics: [] };
  const defaults = controllerDefaults(technology, object.root.source.path, context);
  const ssl = get(config, 'ssl_options');
  const at = (name: string) => scalar(ssl, name) ?? scalar(config, `ssl_${name}`);
  const bind = at('default_bind_options');
  const ciphers = at('default_bind_ciphers');
  const suites13 = at('default_bind_ciphersuites');
  const protocols =
    bind && bind.value !== ''
      ? bindFields(noOptions, optionsOfText(sourceOfScalar(bind), 'bind'), defaults.haproxy)
      : { protocols: defaults.listener.protocols, sessionTickets: defaults.listener.sessionTickets };
  const fact = buildFact<Listener>(
    { technology, subject: labelOf(object), self: headOf(object) },
    { kind: 'listener', tls: true, application: 'http' },
    {
      protocols: object.fragment && !bind ? unknown : protocols.protocols,
      sessionTickets: protocols.sessionTickets,
      ciphers:
        ciphers && ciphers.value !== ''
          ? cipherStringField({ state: 'written', node: ciphers })
          : object.fragment
            ? unknown
            : defaults.listener.ciphers,
      suites13: suites13 && suites13.value !== '' ? suites13Field(wordOfScalar(suites13)) : undefined,
    },
  );
  const client = scalar(config, 'httpclient_ssl_verify') ?? scalar(config, 'http_client_options', 'ssl_verify');
  const off = client?.value === 'none' ? written(false, spanOfNode(client)) : undefined;
  return {
    facts: [
      fact,
      ...(off && client
        ? [
            buildFact<Upstream>(
              { technology, subject: `${labelOf(object)} for HAProxy's own requests`, self: spanOfNode(client) },
              { kind: 'upstream', tls: true, exposure: 'external' },
              { verify: composite<NonNullable<Upstream['verify']>>({ chain: off, hostname: off }) },
            ),
          ]
        : []),
    ],
    diagnostics: [],
  };
};

/**
 * A Backend or Defaults: how servers are spoken to, where it says that with TLS. Services name a Backend by the annotation
 * `cr-backend`, and the ConfigMap the Defaults.
 */
export const serverSettings: KindExtractor = (object, context) => {
  const config = configOf(object);
  if (!config) return { facts: [], diagnostics: [] };
  const defaults = controllerDefaults(technology, object.root.source.path, context);
  const unspoken = verifiedUnlessSaid(object, context);
  const lines = [
    { node: get(config, 'default_server'), subject: labelOf(object) },
    ...['servers', 'server_templates'].flatMap((list) =>
      entries(config, list).map(({ key, value }) => ({
        node: value,
        subject: `${labelOf(object)}, server ${key.value}`,
      })),
    ),
  ];
  return {
    facts: lines.flatMap(({ node, subject }) => (node ? serverLine(object, node, subject, defaults, unspoken) : [])),
    diagnostics: [],
  };
};

/** Without `verify` HAProxy verifies, or does what `server_verify` of the Global says. */
function verifiedUnlessSaid(object: KubernetesObject, { known }: KindContext): Field<boolean> {
  const globals = ['ingress.v3.haproxy.org/Global', 'ingress.v1.haproxy.org/Global', 'core.haproxy.org/Global'];
  const said = globals
    .flatMap((kind) => known(kind))
    .map((one) => {
      const config = configOf(one);
      return scalar(get(config, 'ssl_options'), 'server_verify') ?? scalar(config, 'ssl_server_verify');
    });
  const [only, ...others] = said;
  if (others.length > 0 || object.fragment) return unknown;
  if (only && only.value !== '') return written(only.value === 'required', spanOfNode(only));
  return byDefault(true, 'HAProxy verifies servers unless told not to');
}

function serverLine(
  object: KubernetesObject,
  node: YamlNode,
  subject: string,
  defaults: ControllerDefaults,
  unspoken: Field<boolean>,
): readonly Fact<Upstream>[] {
  const ssl = sslOf(node);
  if (!ssl) return [];
  const { ca, clientCertificate, ...fields } = serverFields(
    optionsOfFields(node),
    noOptions,
    defaults.haproxy,
    unspoken,
  );
  return [
    buildFact<Upstream>(
      { technology, subject, self: spanOfNode(ssl) },
      { kind: 'upstream', exposure: 'private' },
      {
        tls: written(true, spanOfNode(ssl)),
        ...fields,
        ca: asSecret(ca, object, 'Secret '),
        clientCertificate: asSecret(clientCertificate, object, ''),
        serverName: serverNameOf(object, node),
      },
    ),
  ];
}

/** A Secret of the object's namespace, unless it is the path of a file. */
function asSecret(
  field: Field<string> | undefined,
  object: KubernetesObject,
  prefix: string,
): Field<string> | undefined {
  if (field?.origin !== 'written') return field;
  const { value, span } = field;
  return written(value.startsWith('/') ? value : `${prefix}${qualified(object.namespace, value)}`, span);
}

function serverNameOf(object: KubernetesObject, node: YamlNode): Field<string> | undefined {
  const setting = settingAt(object, node, 'sni');
  const name = /^str\(["']?([^"')]*)["']?\)$/.exec(textIn(setting) ?? '')?.[1];
  return name !== undefined && setting.state === 'written' ? written(name, spanOfNode(setting.node)) : undefined;
}
