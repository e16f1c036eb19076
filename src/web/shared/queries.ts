/**
 * What the page reads: session, mailbox, issues, runs and settings, each with how often it is asked again. Nothing here changes
 * anything; changes are in `changes.ts`.
 */
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import type { z } from 'zod';
import type { HeldRecordsView, holdsPageSchema } from '../../api-schema/holds.ts';
import type { MailboxView } from '../../api-schema/mailbox.ts';
import type { CreatedRecords } from '../../api-schema/removal.ts';
import type { issuesPageSchema, runsPageSchema } from '../../api-schema/runs.ts';
import type { SessionView } from '../../api-schema/session.ts';
import type { contactViewsSchema, SettingsView } from '../../api-schema/settings.ts';
import { readJson } from './api-client.ts';
import { ApiProblem } from './api-problem.ts';

export const sessionKey = ['session'] as const;
export const mailboxKey = ['mailbox'] as const;
export const issuesKey = ['issues'] as const;
export const runsKey = ['runs'] as const;
export const settingsKey = ['settings'] as const;
export const holdsKey = ['holds'] as const;

const WHILE_RUNNING_MS = 2_000;
const WHILE_CALM_MS = 60_000;

/** Who is signed in, or where one signs in; the console asks for itself, where a session rests shorter. */
export function useSession(as?: 'console') {
  return useQuery({
    queryKey: sessionKey,
    queryFn: () => readJson<SessionView>(as === undefined ? '/api/session' : `/api/session?as=${as}`),
    staleTime: 60_000,
  });
}

/** The signed-in user's mailbox, null while there is none; asked every two seconds while a run is under way or expected. */
export function useMailbox(initial: MailboxView | null, expectsRun: boolean) {
  return useQuery({
    queryKey: mailboxKey,
    queryFn: readMailbox,
    initialData: initial,
    refetchInterval: (query) =>
      expectsRun || query.state.data?.running === true ? WHILE_RUNNING_MS : WHILE_CALM_MS,
  });
}

async function readMailbox(): Promise<MailboxView | null> {
  try {
    return await readJson<MailboxView>('/api/mailbox');
  } catch (error) {
    if (error instanceof ApiProblem && error.problem.status === 404) return null;
    throw error;
  }
}

/** Open issues, newest first, page by page; of one collection, or of all where it is empty. */
export function useIssues(collection: string) {
  return usePages<z.infer<typeof issuesPageSchema>>(
    [...issuesKey, collection],
    collection === '' ? '/api/issues' : `/api/issues?collection=${encodeURIComponent(collection)}`,
  );
}

/** Held deletions, those that wait first, page by page. */
export function useHolds() {
  return usePages<z.infer<typeof holdsPageSchema>>([...holdsKey, 'list'], '/api/holds', 'after');
}

/** What one of them would delete, named live. */
export function useHeldRecords(id: string) {
  const path = `/api/holds/${encodeURIComponent(id)}`;
  return usePages<HeldRecordsView>([...holdsKey, id, 'records'], path, 'after');
}

/** Runs, newest first, page by page. */
export function useRuns() {
  return usePages<z.infer<typeof runsPageSchema>>([...runsKey, 'list'], '/api/runs');
}

/** What one run created, read live. */
export function useCreatedRecords(runId: string) {
  return useQuery({
    queryKey: [...runsKey, runId, 'records'],
    queryFn: () => readJson<CreatedRecords>(`/api/runs/${encodeURIComponent(runId)}/records`),
    staleTime: 0,
  });
}

/** Settings of both layers. */
export function useSettings() {
  return useQuery({ queryKey: settingsKey, queryFn: () => readJson<SettingsView>('/api/settings') });
}

/** List views of contacts to choose from, as Salesforce shows them now. */
export function useContactViews() {
  return useQuery({
    queryKey: ['contact-views'],
    queryFn: () => readJson<z.infer<typeof contactViewsSchema>>('/api/contact-views'),
    staleTime: 60_000,
  });
}

function usePages<Page extends { readonly next: string | null }>(
  key: readonly string[],
  path: string,
  mark: 'before' | 'after' = 'before',
) {
  return useInfiniteQuery({
    queryKey: key,
    queryFn: ({ pageParam }) =>
      readJson<Page>(
        pageParam === null
          ? path
          : `${path}${path.includes('?') ? '&' : '?'}${mark}=${encodeURIComponent(pageParam)}`,
      ),
    initialPageParam: null as string | null,
    getNextPageParam: (page: Page) => page.next,
  });
}
