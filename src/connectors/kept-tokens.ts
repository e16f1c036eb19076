/**
 * A token source over a kept credential: what the keeper holds is read by the service's own schema, and a renewed token goes back to it. It
 * knows no service; how to renew is an argument.
 */
import type { CredentialKeeper, KeptCredential } from '../model/connector.ts';
import { createTokenSource, type StoredToken, type TokenLike, type TokenSource } from './token-source.ts';

export interface KeptTokensOptions<Token extends TokenLike> {
  readonly keeper: CredentialKeeper;
  /** From the stored JSON to a token; throws where it is none. */
  readonly read: (credential: unknown) => Token;
  /** Asks the service for a new token. Rejects with `RemoteFailure`. */
  readonly refresh: (token: Token) => Promise<Token>;
}

/** Builds the token source of one opened connection. */
export function createKeptTokens<Token extends TokenLike>(
  options: KeptTokensOptions<Token>,
): TokenSource<Token> {
  const { keeper } = options;
  const read = ({ credential, version }: KeptCredential): StoredToken<Token> => ({
    token: options.read(credential),
    version,
  });
  return createTokenSource<Token>({
    load: async () => read(await keeper.load()),
    refresh: options.refresh,
    exclusive: async (_versionSeen, work) =>
      read(
        await keeper.exclusive(async (current, save) => {
          let kept = current;
          await work(read(current), async (token) => {
            kept = await save(token);
            return read(kept);
          });
          return kept;
        }),
      ),
  });
}
