/** Single mails of the person's own mailbox, read live: the latest ones, *Why?* for one, and saving one by hand. Nothing of it is kept. */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { z } from 'zod';
import type { ExplanationView, MailName, recentMailsSchema, SavedMailView } from '../../api-schema/mails.ts';
import { readJson, sendJson } from './api-client.ts';
import { mailboxKey } from './queries.ts';
import { useCsrfToken } from './signed-in-user.ts';

export const mailsKey = ['mails'] as const;

export function useRecentMails() {
  return useQuery({
    queryKey: [...mailsKey, 'recent'],
    queryFn: () => readJson<z.infer<typeof recentMailsSchema>>('/api/mails/recent'),
    staleTime: 60_000,
  });
}

/** Why a mail is or is not in Salesforce; null asks nothing. */
export function useExplanation(name: MailName | null) {
  const token = useCsrfToken();
  return useQuery({
    queryKey: [...mailsKey, 'why', name],
    queryFn: () => sendJson<ExplanationView>('POST', '/api/mails/explain', token, name),
    enabled: name !== null,
    staleTime: 30_000,
  });
}

/** *Save to Salesforce*, whatever the rules would say. */
export function useSaveMail() {
  const token = useCsrfToken();
  const client = useQueryClient();
  return useMutation({
    mutationFn: (name: MailName) => sendJson<SavedMailView>('POST', '/api/mails/save', token, name),
    onSettled: () =>
      Promise.all([
        client.invalidateQueries({ queryKey: mailsKey }),
        client.invalidateQueries({ queryKey: mailboxKey }),
      ]),
  });
}
