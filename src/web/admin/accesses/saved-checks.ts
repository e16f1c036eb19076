/** What was tried when an access was saved or renewed: the answer to the saving alone tells it, and the access's page shows it until the console is loaded anew. */
import { useQuery, useQueryClient } from '@tanstack/react-query';
import type { SavedAccessView } from '../../../api-schema/admin/accesses.ts';

type Checks = SavedAccessView['checks'];

const keyOf = (id: string) => ['access-checks', id] as const;

/** Keeps the answer's checks for the access's page. */
export function useKeepChecks(): (saved: SavedAccessView) => void {
  const client = useQueryClient();
  return ({ id, checks }) => client.setQueryData<Checks>(keyOf(id), checks);
}

/** Empty where it was not saved since the console was loaded. */
export function useSavedChecks(id: string): Checks {
  const { data } = useQuery<Checks>({
    queryKey: keyOf(id),
    queryFn: () => Promise.reject(new Error('only set by a saving')),
    enabled: false,
  });
  return data ?? [];
}
