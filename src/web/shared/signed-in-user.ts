/**
 * The signed-in half of the session, handed to every component below the sign-in page. It is read-only and holds no credential but
 * the token that proves a change was asked for by this page.
 */
import { createContext, useContext } from 'react';
import type { SessionView } from '../../api-schema/session.ts';

export type SignedInSession = Extract<SessionView, { signedIn: true }>;

export const SignedInContext = createContext<SignedInSession | null>(null);

/** The signed-in session; only to be used below `SignedInContext`. */
export function useSignedIn(): SignedInSession {
  const session = useContext(SignedInContext);
  if (session === null) throw new Error('Used outside the signed-in part of the page.');
  return session;
}

/** What every change sends back as `x-csrf-token`. */
export function useCsrfToken(): string {
  return useSignedIn().csrfToken;
}
