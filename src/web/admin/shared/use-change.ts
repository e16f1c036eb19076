/** One change that an admin asks for: where it goes, what it sends, and which answers have become stale by it. It words nothing. */
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { sendJson } from '../../shared/api-client.ts';
import { useCsrfToken } from '../../shared/signed-in-user.ts';

export interface Change {
  readonly method: 'POST' | 'PUT' | 'DELETE';
  readonly path: string;
  readonly body?: unknown;
}

/** `stale`: first words of the keys of answers that are read anew, whether it succeeds or not. */
export function useChange<Input, Answer = unknown>(
  changeOf: (input: Input) => Change,
  stale: readonly string[],
) {
  const token = useCsrfToken();
  const client = useQueryClient();
  return useMutation({
    mutationFn: (input: Input) => {
      const { method, path, body } = changeOf(input);
      return sendJson<Answer>(method, path, token, body);
    },
    onSettled: () => Promise.all(stale.map((key) => client.invalidateQueries({ queryKey: [key] }))),
  });
}
