/**
 * What the page asks the API to do, a hook for each: connect, sync now, retry an issue, save settings, log out. Each knows which
 * answers have become stale by it; none of them words a result.
 */
import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { HoldView } from '../../api-schema/holds.ts';
import type {
  ActivationView,
  ConsentForm,
  ConsentView,
  MailboxForm,
  MailboxView,
} from '../../api-schema/mailbox.ts';
import type { SettingsLayerForm } from '../../api-schema/settings.ts';
import { useHost } from '../host/use-host.ts';
import { sendJson } from './api-client.ts';
import { mailsKey } from './mail-queries.ts';
import { holdsKey, issuesKey, mailboxKey, sessionKey, settingsKey } from './queries.ts';
import { setSessionToken } from './session-token.ts';
import { useCsrfToken } from './signed-in-user.ts';

/** What connects a mailbox: a form for a service, or the id of a consent that came back. */
export type Connection =
  | { readonly service: string; readonly form: MailboxForm }
  | { readonly consentId: string };

/** Connects a mailbox; the answer holds the checks and the mailbox. */
export function useConnect() {
  const token = useCsrfToken();
  const host = useHost();
  return useMutation({
    mutationFn: (connection: Connection) =>
      'form' in connection
        ? sendJson<ActivationView>(
            'POST',
            `/api/mailbox/${encodeURIComponent(connection.service)}`,
            token,
            connection.form,
          )
        : sendJson<ActivationView>(
            'POST',
            `/api/mailbox/consents/${encodeURIComponent(connection.consentId)}/complete`,
            token,
            host.endForm(),
          ),
  });
}

/** Asks where to sign in; the page goes there and is left. */
export function useBeginConsent() {
  const token = useCsrfToken();
  const host = useHost();
  return useMutation({
    mutationFn: async ({ service, form }: { readonly service: string; readonly form: ConsentForm }) =>
      sendJson<ConsentView>('POST', `/api/mailbox/${encodeURIComponent(service)}/consent`, token, {
        ...form,
        ...(await host.beginForm()),
      }),
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

/** Lets held deletions go, or keeps what they would delete. */
export function useDecideHold(id: string) {
  const token = useCsrfToken();
  const client = useQueryClient();
  return useMutation({
    mutationFn: (verb: 'release' | 'drop') =>
      sendJson<HoldView>('POST', `/api/holds/${encodeURIComponent(id)}/${verb}`, token),
    onSettled: () =>
      Promise.all([holdsKey, mailboxKey].map((queryKey) => client.invalidateQueries({ queryKey }))),
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
    onSettled: () =>
      Promise.all([
        client.invalidateQueries({ queryKey: settingsKey }),
        client.invalidateQueries({ queryKey: mailsKey }),
      ]),
  });
}

/** Ends the session and forgets everything that was read in it. */
export function useLogOut() {
  const token = useCsrfToken();
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => sendJson<null>('POST', '/api/logout', token),
    onSuccess: async () => {
      setSessionToken(null);
      await client.resetQueries({ queryKey: sessionKey });
      client.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== sessionKey[0] });
    },
  });
}
