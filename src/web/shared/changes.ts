/**
 * What the page asks the API to do, a hook for each: connect, sync now, retry an issue, save settings, log out. Each knows which
 * answers have become stale by it; none of them words a result.
 */
import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { ActivationView, ExchangeForm, MailboxView } from '../../api-schema/mailbox.ts';
import type { SettingsLayerForm } from '../../api-schema/settings.ts';
import { sendJson } from './api-client.ts';
import { issuesKey, mailboxKey, runsKey, sessionKey, settingsKey } from './queries.ts';
import { useCsrfToken } from './signed-in-user.ts';

/** Connects an Exchange mailbox; the answer holds the checks and the mailbox. */
export function useConnectExchange() {
  const token = useCsrfToken();
  return useMutation({
    mutationFn: (form: ExchangeForm) =>
      sendJson<ActivationView>('POST', '/api/mailbox/exchange', token, form),
  });
}

/** Asks for a run at once. */
export function useSyncNow() {
  const token = useCsrfToken();
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => sendJson<{ mailbox: MailboxView }>('POST', '/api/mailbox/sync-now', token),
    onSuccess: ({ mailbox }) => client.setQueryData(mailboxKey, mailbox),
  });
}

/** Asks for one item to be tried again with the next run. */
export function useRetryIssue(issueId: string) {
  const token = useCsrfToken();
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => sendJson<null>('POST', `/api/issues/${encodeURIComponent(issueId)}/retry`, token),
    onSuccess: () =>
      Promise.all([
        client.invalidateQueries({ queryKey: issuesKey }),
        client.invalidateQueries({ queryKey: mailboxKey }),
      ]),
  });
}

/** One layer of settings, whole. */
export interface SettingsChange {
  readonly layer: 'user' | 'organization';
  readonly settings: SettingsLayerForm;
}

/** Saves one or both layers, in the order given; the first refusal ends it. */
export function useSaveSettings() {
  const token = useCsrfToken();
  const client = useQueryClient();
  return useMutation({
    mutationFn: async (changes: readonly SettingsChange[]) => {
      for (const change of changes) await sendJson('PUT', '/api/settings', token, change);
    },
    onSettled: () => client.invalidateQueries({ queryKey: settingsKey }),
  });
}

/** Ends the session and forgets everything that was read in it. */
export function useLogOut() {
  const token = useCsrfToken();
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => sendJson<null>('POST', '/api/logout', token),
    onSuccess: async () => {
      await client.resetQueries({ queryKey: sessionKey });
      for (const queryKey of [mailboxKey, issuesKey, runsKey, settingsKey])
        client.removeQueries({ queryKey });
    },
  });
}
