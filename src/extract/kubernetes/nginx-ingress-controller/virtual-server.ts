import type { Fact, Listener } from '../../../core/fact.ts';
import { buildFact, byDefault, type Field, type Fields, unknown, written } from '../../../core/fact-builder.ts';
import { items, keyOf, scalar, spanOfNode } from '../../../formats/yaml-tree.ts';
import { exposureOf } from '../host-names.ts';
import { readSnippets } from '../ingress/nginx-snippets.ts';
import type { KindContext, KindExtractor } from '../kind.ts';
import { headOf, type KubernetesObject, labelOf, qualified } from '../objects.ts';
import { booleanField, booleanIn, fieldFrom, listOf, type Setting, settingAt, spanIn, textIn } from '../settings.ts';
import { controllerFor, mayBeOn, protocolsByDefault, technology, wildcardCertificate } from './controller.ts';
import { listenerOf } from './global-configuration.ts';
import { clientAuthBy, hstsBy, policiesIn } from './policies.ts';
import { requestOf } from './virtual-server-certificate.ts';
import { routesOfServer, upstreamsOfServer } from './virtual-server-routes.ts';

/**
 * A `listener` for TLS and one for plain HTTP, as far as the VirtualServer has them, a `route` to its Services, an
 * `upstream` for each that speaks TLS, and the certificate that it asks for. Unlike for an Ingress, plain HTTP is served
 * beside TLS unless `spec.tls.redirect` says otherwise.
 * Source: nginx/kubernetes-ingress 5.5.4, pkg/apis/configuration/v1/types.go; internal/configs/virtualserver.go.
 */
export const virtualServer: KindExtractor = (object, context) => {
  const controller = controllerFor(object, context);
  const snippets = readSnippets(
    mayBeOn(controller, 'enable-snippets')
      ? [
          [settingAt(object, object.root, 'spec', 'http-snippets'), 'http'],
          [settingAt(object, object.root, 'spec', 'server-snippets'), 'server'],
          ...items(object.root, 'spec', 'routes').map(
            (route) => [settingAt(object, route, 'location-snippets'), 'location'] as const,
          ),
        ]
      : [],
    undefined,
    "F5's controller",
  );
  const tls = settingAt(object, object.root, 'spec', 'tls');
  const certificates = certificatesOf(object, tls, wildcardCertificate(controller));
  // An empty `tls` without a wildcard certificate is none.
  const isOn =
    tls.state !== 'absent' && (certificates.origin === 'written' || mayBeOn(controller, 'wildcard-tls-secret'));
  const secured: Fields<Listener> = {
    tls: isSecured(object, tls, certificates),
    certificates,
    protocols: controller.configured || object.fragment ? unknown : protocolsByDefault(object, context),
    clientAuth: clientAuthBy(policiesIn(object, items(object.root, 'spec', 'policies'), context)),
    hsts: hstsBy(policiesIn(object, items(object.root, 'spec', 'policies'), context)),
    ...snippets.listener,
    earlyData: snippets.earlyData,
  };
  return {
    facts: [
      ...(isOn ? listener(object, 'https', secured, context) : []),
      ...listener(
        object,
        'http',
        {
          tls: written(false, headOf(object)),
          redirectsToHttps: isOn ? redirect(object, tls, isSecured(object, tls, certificates)) : unknown,
        },
        context,
      ),
      ...routesOfServer(object),
      ...upstreamsOfServer(object, context, snippets),
      ...requestOf(object, context),
    ],
    diagnostics: snippets.diagnostics,
  };
};

/** A Secret of the same namespace; without one the wildcard certificate of the controller. */
function certificatesOf(
  object: KubernetesObject,
  tls: Setting,
  wildcard: Field<NonNullable<Listener['certificates']>>,
): Field<NonNullable<Listener['certificates']>> {
  if (tls.state !== 'written') return unknown;
  const secret = settingAt(object, tls.node, 'secret');
  if (secret.state === 'absent' || textIn(secret) === '') return wildcard;
  return fieldFrom(secret, (name) => [{ from: 'secret' as const, ref: qualified(object.namespace, name) }]) ?? unknown;
}

/** Without a Secret TLS is there only where the controller has a wildcard certificate. */
function isSecured(object: KubernetesObject, tls: Setting, certificates: Field<unknown>): Field<boolean> {
  if (tls.state !== 'written') return unknown;
  const span = spanIn(settingAt(object, tls.node, 'secret'));
  if (span) return written(true, span);
  return certificates.origin === 'written' ? written(true, spanOfNode(tls.node)) : unknown;
}

function redirect(object: KubernetesObject, tls: Setting, secured: Field<boolean>): Field<boolean> {
  if (tls.state !== 'written' || secured.origin !== 'written') return unknown;
  const enabled = settingAt(object, tls.node, 'redirect', 'enable');
  if (booleanIn(enabled) === true) return booleanField(enabled) ?? unknown;
  const targets = items(object.root, 'spec', 'routes').map((route) => scalar(route, 'action', 'redirect', 'url'));
  const [target] = targets;
  if (target && targets.every((one) => /^https:/i.test(one?.value ?? ''))) return written(true, spanOfNode(target));
  return (
    booleanField(enabled) ??
    byDefault(false, 'a VirtualServer serves plain HTTP beside TLS without tls.redirect.enable')
  );
}

/** The listener for http or https: port 80 or 443, else the one of the GlobalConfiguration that `spec.listener` names. */
function listener(
  object: KubernetesObject,
  scheme: 'http' | 'https',
  fields: Fields<Listener>,
  context: KindContext,
): readonly Fact<Listener>[] {
  const names = settingAt(object, object.root, 'spec', 'listener');
  const name = names.state === 'written' ? scalar(names.node, scheme) : undefined;
  if (names.state === 'written' && !name) return [];
  const known = name && listenerOf(name.value, object, context);
  const usual = scheme === 'http' ? 80 : 443;
  const ports = name ? (known?.port ?? unknown) : written([usual], headOf(object));
  const host = scalar(object.root, 'spec', 'host');
  const hosts = host && listOf([host], spanOfNode(host));
  return [
    buildFact<Listener>(
      { technology, subject: labelOf(object), self: selfOf(object, scheme) },
      { kind: 'listener', application: 'http', ...(object.name !== undefined && { name: labelOf(object) }) },
      {
        hosts,
        ports,
        exposure: exposureOf(
          hosts,
          [textIn(settingAt(object, object.root, 'spec', 'ingressClassName'))],
          headOf(object),
        ),
        ...fields,
      },
    ),
  ];
}

const selfOf = (object: KubernetesObject, scheme: 'http' | 'https') => {
  const tls = keyOf(specOf(object), 'tls');
  return scheme === 'https' && tls ? spanOfNode(tls) : headOf(object);
};

const specOf = ({ root }: KubernetesObject) => root.entries.find(({ key }) => key.value === 'spec')?.value;
