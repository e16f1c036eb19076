/**
 * Which administrator is asking: the session of a person with such a role, or a service token. The one gate of all routes under /api/admin; what it
 * gives says whom the request may reach, and no route looks at roles itself.
 */
import type { FastifyRequest } from 'fastify';
import type { Admin } from '../commands/admin.ts';
import { hashServiceToken, SERVICE_TOKEN_PREFIX } from '../commands/make-token.ts';
import type { Ports } from '../commands/ports.ts';
import { type Instant, MINUTE } from '../model/clock.ts';
import { acrossOrganizations, inOrganization } from '../store/database.ts';
import { readReach } from '../store/reach.ts';
import { type ServiceToken, type TokenScope, useServiceToken } from '../store/service-tokens.ts';
import { apiProblem } from './problems.ts';
import { requireSession } from './session.ts';

/** What a route asks for. */
export interface AdminNeed {
  /** The scope a service token must have; every scope includes reading. Null: tokens never pass. */
  readonly scope: TokenScope | null;
  /** Platform admins alone, and tokens that reach everybody. */
  readonly platform?: boolean;
}

/** Tokens that are none, from one address in a minute, before it is told to wait; and how many addresses are kept count of. */
const FAILURES_MAX = 20;
const ADDRESSES_MAX = 10_000;

/** The administrator of a request. Refuses with `api.not-signed-in`, `api.not-allowed` or `api.too-soon`. */
export async function requireAdmin(
  ports: Ports,
  request: FastifyRequest,
  secure: boolean,
  { scope, platform = false }: AdminNeed,
): Promise<Admin> {
  const token = serviceTokenOf(request);
  const admin =
    token === null
      ? await adminOfSession(ports, request, secure)
      : await adminOfToken(ports, request, token, scope);
  if (platform && admin.reach !== 'organization') throw apiProblem('api.not-allowed');
  return admin;
}

async function adminOfSession(ports: Ports, request: FastifyRequest, secure: boolean): Promise<Admin> {
  const { organizationId, userId, user, access } = await requireSession(ports, request, secure, {
    console: true,
  });
  if (access !== 'full' || user.role === 'user') throw apiProblem('api.not-allowed');
  const actor = { kind: 'user', userId } as const;
  if (user.role === 'platform-admin') return { organizationId, actor, reach: 'organization' };
  const reach = await inOrganization(ports.db, organizationId, (tx) =>
    readReach(tx, { organizationId, userId }),
  );
  return { organizationId, actor, reach };
}

/** Null where no service token is shown; one that is misshapen counts as one that is unknown. */
function serviceTokenOf(request: FastifyRequest): string | null {
  const { authorization } = request.headers;
  const [, token] = /^Bearer (\S{1,200})$/i.exec(authorization ?? '') ?? [];
  return token?.startsWith(SERVICE_TOKEN_PREFIX) === true ? token : null;
}

async function adminOfToken(
  ports: Ports,
  request: FastifyRequest,
  token: string,
  scope: TokenScope | null,
): Promise<Admin> {
  const now = ports.clock.now();
  const failures = failuresOf(ports);
  failures.refuseMany(request.ip, now);
  const found = await acrossOrganizations(ports.db, (tx) =>
    useServiceToken(tx, hashServiceToken(token), now),
  );
  if (found === null) {
    failures.note(request.ip, now);
    ports.log('token.refused', { route: request.routeOptions.url ?? '' });
    throw apiProblem('api.not-signed-in');
  }
  if (!covers(found, scope)) throw apiProblem('api.not-allowed');
  const { id, organizationId, profileId } = found;
  return {
    organizationId,
    actor: { kind: 'token', userId: null, tokenId: id },
    reach: profileId === null ? 'organization' : [profileId],
  };
}

function covers({ scopes }: ServiceToken, scope: TokenScope | null): boolean {
  if (scope === null) return false;
  return scope === 'read' ? scopes.length > 0 : scopes.includes(scope);
}

/** Kept per application, in memory: guessing 32 random bytes is hopeless, and this only keeps the database from being asked. */
const failuresByPorts = new WeakMap<Ports, TokenFailures>();

function failuresOf(ports: Ports): TokenFailures {
  const known = failuresByPorts.get(ports) ?? new TokenFailures();
  failuresByPorts.set(ports, known);
  return known;
}

class TokenFailures {
  readonly #counts = new Map<string, { count: number; until: Instant }>();

  refuseMany(address: string, now: Instant): void {
    const known = this.#counts.get(address);
    if (known === undefined || known.until <= now || known.count < FAILURES_MAX) return;
    throw apiProblem('api.too-soon', { retryAfterSeconds: Math.ceil((known.until - now) / 1000) });
  }

  note(address: string, now: Instant): void {
    const known = this.#counts.get(address);
    if (known !== undefined && known.until > now) {
      known.count += 1;
      return;
    }
    if (this.#counts.size >= ADDRESSES_MAX) this.#counts.clear();
    this.#counts.set(address, { count: 1, until: now + MINUTE });
  }
}
