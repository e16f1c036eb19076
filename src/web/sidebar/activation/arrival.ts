/**
 * Coming back from a mail service's sign-in page: the consent whose id the address brought, or the news that there is none to go on with; and
 * what was chosen before the page was left. It is read once, as the page loads, and asks the API nothing.
 */
import { takeParameter } from '../../shared/take-parameter.ts';
import { arrivedWith } from '../login/arrived-problem.ts';
import type { ConnectIntent } from '../use-dialogs.ts';

const KEY = 'lockstep.signing-in';
const CONSENT_EXPIRED = 'api.consent-expired';

export interface Choice {
  readonly service: string;
  readonly address: string;
  readonly intent: ConnectIntent;
}

export interface Arrival {
  /** To be completed; null when the way back led to nothing. */
  readonly consentId: string | null;
  /** What was chosen before; null where the window has no memory. */
  readonly choice: Choice | null;
}

/** Whether news in the address belong to the activation dialog, which shows them itself. */
export function isConsentNews(code: string): boolean {
  return code === CONSENT_EXPIRED;
}

/** Kept while the browser is away, in this window alone. */
export function rememberChoice(choice: Choice): void {
  try {
    window.sessionStorage.setItem(KEY, JSON.stringify(choice));
  } catch {
    // No storage: the dialog then begins with the first service.
  }
}

function takeChoice(): Choice | null {
  try {
    const text = window.sessionStorage.getItem(KEY);
    window.sessionStorage.removeItem(KEY);
    return text === null ? null : (JSON.parse(text) as Choice);
  } catch {
    return null;
  }
}

function takeArrival(): Arrival | null {
  const consentId = takeParameter('consent');
  const isExpired = arrivedWith !== null && isConsentNews(arrivedWith);
  return consentId === null && !isExpired ? null : { consentId, choice: takeChoice() };
}

/** Null where nobody comes back from a sign-in page. */
export const arrival: Arrival | null = takeArrival();
