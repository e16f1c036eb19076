/** A person's own sessions: read, and ended one by one or all but this one. None of them words a result. */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { EndedSessions, OwnSessionsView } from '../../api-schema/sessions.ts';
import { readJson, sendJson } from './api-client.ts';
import { useCsrfToken } from './signed-in-user.ts';

const sessionsKey = ['sessions'] as const;

export function useSessions() {
  return useQuery({
    queryKey: sessionsKey,
    queryFn: () => readJson<OwnSessionsView>('/api/sessions'),
    staleTime: 0,
  });
}

/** Ends the session of this id. One that is gone already is what was wished. */
export function useEndSession() {
  const token = useCsrfToken();
  const client = useQueryClient();
  return useMutation({
    mutationFn: (id: string) => sendJson<null>('DELETE', `/api/sessions/${encodeURIComponent(id)}`, token),
    onSettled: () => client.invalidateQueries({ queryKey: sessionsKey }),
  });
}

export function useEndOtherSessions() {
  const token = useCsrfToken();
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => sendJson<EndedSessions>('POST', '/api/sessions/end-others', token),
    onSettled: () => client.invalidateQueries({ queryKey: sessionsKey }),
  });
}
