/**
 * Which host a request came to: the login hosts, an organization's own host (My Domain), one it has left, or none of
 * them. It only tells; what follows is decided in `simulator.ts`.
 */
import type { FormerHostAnswer, Organization } from './organization.ts';

/** The host of a request. `organization` is absent at login hosts that no organization lives on. */
export interface Host {
  readonly kind: 'login' | 'instance' | 'former' | 'unknown';
  readonly organization?: Organization;
  readonly former?: FormerHostAnswer;
}

/** Finds the host of an origin. An origin that is both login host and instance is an instance. */
export function findHost(
  origin: string,
  loginOrigins: readonly string[],
  organizations: Iterable<Organization>,
): Host {
  let former: Host | undefined;
  for (const organization of organizations) {
    if (organization.instanceOrigin === origin) return { kind: 'instance', organization };
    const left = organization.formerOrigins.get(origin);
    if (left !== undefined) former = { kind: 'former', organization, former: left };
  }
  return former ?? { kind: loginOrigins.includes(origin) ? 'login' : 'unknown' };
}
