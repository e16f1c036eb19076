/** Going to a sign-in page the way the host does it, and what has come back from it. It words nothing. */
import { useQueryClient } from '@tanstack/react-query';
import type { DialogMessage } from '../host/host.ts';
import { useHost } from '../host/use-host.ts';
import { sessionKey } from './queries.ts';
import { setSessionToken } from './session-token.ts';

/** In a browser the page leaves and the promise never ends. A new session is read at once; rejects when the person closes the dialog. */
export function useSignIn(): (url: string) => Promise<DialogMessage> {
  const host = useHost();
  const client = useQueryClient();
  return async (url) => {
    // A dialog is opened by its whole address.
    const message = await host.openDialog(new URL(url, window.location.href).href);
    if (message.token !== null) {
      setSessionToken(message.token);
      await client.invalidateQueries({ queryKey: sessionKey });
    }
    return message;
  };
}
