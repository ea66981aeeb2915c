import { mkdirSync } from 'node:fs';
import { type Backend, type Flaw, startPlainBackend, startTlsBackend, type TlsBackendOptions } from './backend.ts';
import type { Certificates } from './certificates.ts';
import type { World } from './oracle-case.ts';
import { freePorts } from './ports.ts';

/** Backends that outlive a case: starting them anew for each would cost more than the probes. */
export interface Backends {
  readonly plain: readonly Backend[];
  readonly secure: readonly Backend[];
  readonly close: () => void;
}

/** How many of each a single case may take. */
const ofEach = 8;
const flaws: readonly Flaw[] = ['sound', 'untrusted', 'wrong-name', 'expired'];
const versions = ['TLSv1', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3'] as const;

export async function startBackends(certificates: Certificates): Promise<Backends> {
  const many = <T>(make: () => Promise<T>): readonly Promise<T>[] => Array.from({ length: ofEach }, make);
  const plain = await Promise.all(many(startPlainBackend));
  const secure = await Promise.all([
    ...flaws.flatMap((flaw) => many(() => startTlsBackend(certificates, { flaw }))),
    ...versions.flatMap((version) => many(() => startTlsBackend(certificates, { version }))),
  ]);
  return {
    plain,
    secure,
    close: () => {
      for (const backend of [...plain, ...secure]) backend.close();
    },
  };
}

/** How many ports one case may take. */
const mostPorts = 80;

/** A world for one case, in a folder of its own, and the ports that the case took. */
export async function makeWorld(
  folder: string,
  certificates: Certificates,
  backends: Backends,
): Promise<{ readonly world: World; readonly ports: () => readonly number[] }> {
  mkdirSync(folder, { recursive: true });
  const free = [...(await freePorts(mostPorts))];
  const named = new Map<string, number>();
  const plain = [...backends.plain];
  const secure = [...backends.secure];
  const port = (name = 'main'): number => {
    const taken = named.get(name) ?? free.pop();
    if (taken === undefined) throw new Error(`a case may take ${mostPorts} ports`);
    named.set(name, taken);
    return taken;
  };
  const tlsBackend = ({ flaw = 'sound', version }: TlsBackendOptions = {}): Backend => {
    const index = secure.findIndex((backend) => backend.flaw === flaw && backend.version === version);
    return fresh(secure.splice(index, 1)[0]);
  };
  return {
    world: { certificates, folder, port, tlsBackend, backend: () => fresh(plain.pop()) },
    ports: () => [...named.values()],
  };
}

/** The backend as one that has seen nothing yet. */
function fresh(backend: Backend | undefined): Backend {
  if (!backend) throw new Error(`a case may take ${ofEach} backends of each kind`);
  const before = backend.seen().length;
  return { ...backend, seen: () => backend.seen().slice(before) };
}
