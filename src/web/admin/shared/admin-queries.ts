/**
 * How the console reads and changes what the admins' routes hold. Every answer is kept under its path; whatever is changed makes all of it stale, for one change
 * shows in many lists. None of them words a result.
 */
import {
  keepPreviousData,
  useInfiniteQuery,
  useMutation,
  useQuery,
  useQueryClient,
} from '@tanstack/react-query';
import { readJson, sendJson } from '../../shared/api-client.ts';
import { useCsrfToken } from '../../shared/signed-in-user.ts';

const adminKey = ['admin'] as const;

const path = (below: string) => `/api/admin${below}`;

/** Reads one resource; `below` is its path below /api/admin, null asks nothing. `everyMs` may depend on what is known. */
export function useAdmin<Answer>(
  below: string | null,
  options: { readonly everyMs?: number | ((known: Answer | undefined) => number | false) } = {},
) {
  const { everyMs } = options;
  return useQuery({
    queryKey: [...adminKey, below],
    queryFn: () => readJson<Answer>(path(below ?? '')),
    enabled: below !== null,
    ...(everyMs === undefined
      ? {}
      : {
          refetchInterval: (query: { readonly state: { readonly data: unknown } }) =>
            typeof everyMs === 'number' ? everyMs : everyMs(query.state.data as Answer | undefined),
        }),
  });
}

/** A page of a list, by the mark of the one before. */
interface Page<Item> {
  readonly items: readonly Item[];
  readonly next: string | null;
  readonly total?: number;
}

/** Reads a list page by page. While another filter is read, what was shown stays. */
export function useAdminPages<Item>(below: string, parameters: URLSearchParams) {
  const asked = parameters.toString();
  return useInfiniteQuery({
    queryKey: [...adminKey, below, asked],
    queryFn: ({ pageParam }) => {
      const query = new URLSearchParams(asked);
      if (pageParam !== null) query.set('after', pageParam);
      return readJson<Page<Item>>(`${path(below)}?${query}`);
    },
    initialPageParam: null as string | null,
    getNextPageParam: (page: Page<Item>) => page.next,
    placeholderData: keepPreviousData,
  });
}

export interface AdminChange<Body> {
  readonly method: 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Below /api/admin. */
  readonly below: string;
  readonly body?: Body;
}

/** Asks for a change; the answer is the API's. */
export function useAdminChange<Answer, Body = unknown>() {
  const token = useCsrfToken();
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ method, below, body }: AdminChange<Body>) =>
      sendJson<Answer>(method, path(below), token, body),
    onSettled: () => client.invalidateQueries({ queryKey: adminKey }),
  });
}

/** What makes everything stale that was read, for work whose answer came in lines. */
export function useAdminRefresh(): () => void {
  const client = useQueryClient();
  return () => void client.invalidateQueries({ queryKey: adminKey });
}
