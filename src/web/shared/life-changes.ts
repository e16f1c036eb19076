/**
 * What a person does with a connected mailbox, a hook for each: start, pause, resume, switch off. Every answer that holds the mailbox is shown
 * at once; none of them words a result.
 */
import { useMutation, useQueryClient } from '@tanstack/react-query';
import type {
  DeactivateForm,
  DeactivationView,
  PauseForm,
  ResumeForm,
  StartForm,
} from '../../api-schema/life.ts';
import { sendJson } from './api-client.ts';
import { issuesKey, mailboxKey, runsKey } from './queries.ts';
import { useCsrfToken } from './signed-in-user.ts';

function useMailboxChange<Form, Answer = unknown>(verb: 'start' | 'pause' | 'resume' | 'deactivate') {
  const token = useCsrfToken();
  const client = useQueryClient();
  return useMutation({
    mutationFn: (form: Form) => sendJson<Answer>('POST', `/api/mailbox/${verb}`, token, form),
    onSuccess: () =>
      Promise.all([mailboxKey, runsKey, issuesKey].map((queryKey) => client.invalidateQueries({ queryKey }))),
  });
}

/** Ends the preview and switches sync on (A12). */
export const useStart = () => useMailboxChange<StartForm>('start');

/** No runs until somebody resumes, or until a moment (R4). */
export const usePause = () => useMailboxChange<PauseForm>('pause');

export const useResume = () => useMailboxChange<ResumeForm>('resume');

/** Switches sync off and erases the credential (R5). */
export const useDeactivate = () => useMailboxChange<DeactivateForm, DeactivationView>('deactivate');
