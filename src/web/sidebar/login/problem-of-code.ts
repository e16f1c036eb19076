/**
 * Why a sign-in with Salesforce came back without a session: the code in `/?problem=CODE`, in words. Codes of the catalogue speak the
 * catalogue's words; only the sign-in's own codes are worded here.
 */
import type { Problem } from '../../../api-schema/problem.ts';
import { catalogue, isFailureCode } from '../../../model/catalogue.ts';

const ownTexts: Readonly<Record<string, string>> = {
  'api.login-expired': 'The login took too long or was started in another window. Log in again.',
  'api.not-signed-in': 'You are not signed in any more. Log in again.',
  'api.not-allowed': 'Your Salesforce user may not use Lockstep here. Ask your administrator.',
  'api.invalid-input': 'This Salesforce address cannot be used. Check it, then log in again.',
  'api.consent-expired':
    'The sign-in at your mail service took too long, was used already, or was begun in another window. Begin it again here.',
  'api.internal': 'The sync service had a fault of its own. Try again; if it stays, tell your administrator.',
};

/** The problem that a code stands for. A code from outside is shown only when it looks like one. */
export function problemOfCode(code: string): Problem {
  const safeCode = /^[a-z][a-z0-9.-]{0,80}$/.test(code) ? code : 'api.internal';
  const known = isFailureCode(safeCode) ? catalogue[safeCode] : null;
  return {
    type: 'about:blank',
    title: 'Not logged in',
    status: 0,
    code: safeCode,
    detail: known?.user ?? ownTexts[safeCode] ?? 'The login did not succeed. Try again.',
    ...(known === null ? {} : { admin: known.admin }),
  };
}
