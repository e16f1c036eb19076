/**
 * What the OAuth endpoints share: connected apps, the state they work on, their refusals and how they answer.
 */
import type { Organization, UserAccount } from './organization.ts';
import type { Sessions } from './sessions.ts';

/** A connected app (or external client app) as its administrator set it up. */
export interface ConnectedApp {
  readonly clientId: string;
  clientSecret?: string | undefined;
  redirectUris: string[];
  scopes: string[];
  /** Every refresh gives a new refresh token; using an old one again revokes the family. */
  rotation: boolean;
  pkceRequired: boolean;
  /** False lets a public client refresh and exchange codes without a secret even when there is one. */
  secretRequired: boolean;
  /** PEM of the certificate or public key for the JWT bearer flow. */
  publicKey?: string | undefined;
  /** Usernames an administrator pre-authorised; undefined lets everybody approve for himself. */
  preAuthorized?: string[] | undefined;
  /** Since September 2025: an app that is not installed may not be used. */
  isBlocked: boolean;
  /** 'until revoked' when undefined. */
  refreshTokenLifeMs?: number | undefined;
}

/** What the endpoints work on. */
export interface OAuthState {
  readonly now: () => number;
  readonly sessions: Sessions;
  readonly apps: Map<string, ConnectedApp>;
  readonly organizations: () => Iterable<Organization>;
  /** The login host, for identity urls. */
  readonly loginOrigin: () => string;
  /** Every host that a JWT may name as its audience. */
  readonly isLoginHost: (origin: string) => boolean;
}

/** A refusal of the token endpoint: `{ error, error_description }`. */
export class OAuthError extends Error {
  readonly code: string;
  readonly status: number;

  constructor(code: string, description: string, status = 400) {
    super(description);
    this.name = 'OAuthError';
    this.code = code;
    this.status = status;
  }
}

/** The user of a name, letter case ignored. */
export function findUser(
  state: Pick<OAuthState, 'organizations'>,
  username: string,
): UserAccount | undefined {
  const wanted = username.toLowerCase();
  for (const organization of state.organizations()) {
    for (const user of organization.users.values()) if (user.username.toLowerCase() === wanted) return user;
  }
  return undefined;
}

/** Refuses users that may not get a token now. Fails with invalid_grant and Salesforce's words. */
export function requireUsable(user: UserAccount): void {
  if (!user.organization.settings.active) throw new OAuthError('invalid_grant', 'inactive organization');
  if (!user.active) throw new OAuthError('invalid_grant', 'inactive user');
  if (user.ipRestricted) throw new OAuthError('invalid_grant', 'ip restricted');
  if (user.outsideLoginHours) throw new OAuthError('invalid_grant', 'invalid login hours');
}

/** A JSON answer that nobody may keep. */
export function json(status: number, body: unknown): Response {
  return new Response(JSON.stringify(body), {
    status,
    headers: { 'content-type': 'application/json;charset=UTF-8', 'cache-control': 'no-cache, no-store' },
  });
}

/** The form fields of a request, with those of its address. */
export async function readForm(request: Request): Promise<URLSearchParams> {
  const fields = new URLSearchParams(new URL(request.url).search);
  const type = request.headers.get('content-type') ?? '';
  const text = request.method === 'POST' ? await request.text() : '';
  if (type.includes('application/json') && text !== '') {
    for (const [name, value] of Object.entries(JSON.parse(text) as Record<string, unknown>)) {
      fields.set(name, String(value));
    }
  } else {
    for (const [name, value] of new URLSearchParams(text)) fields.set(name, value);
  }
  return fields;
}
