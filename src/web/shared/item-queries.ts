/** Single events, contacts and tasks of the person's own mailbox, read live: what is near, *Why?* for one, and trying one now. Nothing of it is kept. */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type {
  ItemExplanationView,
  ItemName,
  NearItems,
  SettledItemView,
  SettleForm,
} from '../../api-schema/items.ts';
import { readJson, sendJson } from './api-client.ts';
import { issuesKey, mailboxKey } from './queries.ts';
import { useCsrfToken } from './signed-in-user.ts';

const itemsKey = ['items'] as const;

export function useNearItems(collection: ItemName['collection']) {
  return useQuery({
    queryKey: [...itemsKey, 'near', collection],
    queryFn: () => readJson<NearItems>(`/api/items/near?collection=${collection}`),
    staleTime: 60_000,
  });
}

/** Why it is or is not in step. */
export function useItemExplanation(name: ItemName) {
  const token = useCsrfToken();
  return useQuery({
    queryKey: [...itemsKey, 'why', name],
    queryFn: () => sendJson<ItemExplanationView>('POST', '/api/items/explain', token, name),
    staleTime: 30_000,
  });
}

/** *Try now*, and *Save all the same*: the answer holds Salesforce's own words where it refuses. */
export function useSettleItem() {
  const token = useCsrfToken();
  const client = useQueryClient();
  return useMutation({
    mutationFn: (form: SettleForm) => sendJson<SettledItemView>('POST', '/api/items/settle', token, form),
    // What Salesforce said is gone with the page.
    gcTime: 0,
    onSettled: () =>
      Promise.all(
        [itemsKey, issuesKey, mailboxKey].map((queryKey) => client.invalidateQueries({ queryKey })),
      ),
  });
}
