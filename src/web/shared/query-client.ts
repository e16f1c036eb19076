/**
 * How answers of the API are kept in memory while the page is open: never on disk. A session that has ended anywhere shows at once,
 * because every refused question asks anew who is signed in.
 */
import { MutationCache, QueryCache, QueryClient } from '@tanstack/react-query';
import { ApiProblem } from './api-problem.ts';
import { sessionKey } from './queries.ts';

/** One attempt more for a lost network or a server in trouble; a refusal stays a refusal. */
function isWorthRetrying(failures: number, error: unknown): boolean {
  const status = error instanceof ApiProblem ? error.problem.status : 0;
  return failures < 1 && (status === 0 || status >= 500);
}

/** A client for one page. */
export function createQueryClient(): QueryClient {
  const askWhoIsSignedIn = (error: unknown) => {
    if (error instanceof ApiProblem && error.problem.status === 401) {
      void client.invalidateQueries({ queryKey: sessionKey });
    }
  };
  const client: QueryClient = new QueryClient({
    queryCache: new QueryCache({ onError: askWhoIsSignedIn }),
    mutationCache: new MutationCache({ onError: askWhoIsSignedIn }),
    defaultOptions: {
      // `always`: being offline is an error to show, not a reason to wait in silence.
      queries: { networkMode: 'always', retry: isWorthRetrying, retryDelay: 500, staleTime: 5_000 },
      mutations: { networkMode: 'always', retry: false },
    },
  });
  return client;
}
