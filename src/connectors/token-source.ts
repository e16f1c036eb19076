/**
 * Holds the token of one connection and renews it: once at a time inside the process, and once at a time over all machines by a
 * lock that the caller brings. It knows no service and no store: how to renew, to lock and to save are arguments.
 */
import { RemoteFailure } from '../model/failure.ts';

/** What a token source needs of a token; everything else in it belongs to the service. */
export interface TokenLike {
  /** Null when only a refresh token was kept: the first use renews. */
  readonly accessToken: string | null;
}

/** A token as stored, with the number that grows at every write of its row. */
export interface StoredToken<Token> {
  readonly token: Token;
  readonly version: number;
}

export interface TokenSourceOptions<Token extends TokenLike> {
  /** Reads the stored token without a lock. */
  load(): Promise<StoredToken<Token>>;
  /** Asks the service for a new token. Rejects with `RemoteFailure`; only `authorization-revoked` is a refusal. */
  refresh(token: Token): Promise<Token>;
  /**
   * Runs `work` while nobody else, on any machine, can renew the same connection (a row lock), hands it the token read anew inside
   * the lock, and keeps what `save` was given only when `work` succeeds. `versionSeen` is what the caller held before, for logs.
   */
  exclusive(versionSeen: number, work: ExclusiveWork<Token>): Promise<StoredToken<Token>>;
}

export type ExclusiveWork<Token> = (
  fresh: StoredToken<Token>,
  save: (token: Token) => Promise<StoredToken<Token>>,
) => Promise<StoredToken<Token>>;

export interface TokenSource<Token extends TokenLike> {
  /** The token to use now. */
  current(): Promise<Token & { readonly accessToken: string }>;
  /** To be called when the service refused `rejected`: the token that took its place, renewed by us or by somebody else. */
  renew(rejected: string): Promise<Token & { readonly accessToken: string }>;
}

/**
 * Builds the source. Failures are those of `refresh`, `load` and `exclusive`; a refusal counts only when the token stored after it is still
 * the one that was refused, because another machine may have rotated it meanwhile (RFC 6819, 5.2.2.3).
 */
export function createTokenSource<Token extends TokenLike>(
  options: TokenSourceOptions<Token>,
): TokenSource<Token> {
  let held: StoredToken<Token> | null = null;
  let renewing: Promise<StoredToken<Token>> | null = null;
  /** Renewed but not stored, because the store failed; the service may know no other any more. */
  let unsaved: { readonly token: Token; readonly fromVersion: number } | null = null;

  const renewOnce: ExclusiveWork<Token> = async (fresh, save) => {
    if (unsaved !== null && unsaved.fromVersion === fresh.version) return save(unsaved.token);
    if (
      held !== null &&
      fresh.version !== held.version &&
      isOther(fresh.token.accessToken, held.token.accessToken)
    )
      return fresh;
    const token = await options.refresh(fresh.token);
    unsaved = { token, fromVersion: fresh.version };
    return save(token);
  };

  const renewLocked = async (): Promise<StoredToken<Token>> => {
    const seen = held ?? (await options.load());
    held = seen;
    try {
      const stored = await options.exclusive(seen.version, renewOnce);
      // Only now is it sure that the lock's transaction was committed.
      unsaved = null;
      return stored;
    } catch (error) {
      if (!(error instanceof RemoteFailure) || error.failure.kind !== 'authorization-revoked') throw error;
      const again = await options.load();
      if (again.version === seen.version || again.token.accessToken === null) throw error;
      return again;
    }
  };

  const renewShared = async (): Promise<Token & { readonly accessToken: string }> => {
    renewing ??= renewLocked().finally(() => {
      renewing = null;
    });
    held = await renewing;
    return usable(held.token);
  };

  return {
    async current() {
      if (renewing !== null) return renewShared();
      held ??= await options.load();
      return held.token.accessToken === null ? renewShared() : usable(held.token);
    },
    async renew(rejected) {
      if (renewing === null && held !== null && isOther(held.token.accessToken, rejected))
        return usable(held.token);
      return renewShared();
    },
  };
}

function isOther(accessToken: string | null, rejected: string | null): boolean {
  return accessToken !== null && accessToken !== rejected;
}

function usable<Token extends TokenLike>(token: Token): Token & { readonly accessToken: string } {
  const { accessToken } = token;
  if (accessToken === null) throw new TypeError('a renewed token has no access token');
  return { ...token, accessToken };
}
