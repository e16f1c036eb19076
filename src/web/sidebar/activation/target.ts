/** Which mailbox a connection is for and what is wished with it, as far as the page knows before anything is typed. */
import type { ConsentForm } from '../../../api-schema/mailbox.ts';
import type { ConnectIntent } from '../use-dialogs.ts';

export interface Target {
  /** The mailbox that is probably meant. */
  readonly address: string;
  /** It cannot be exchanged here: it is connected already, or the page stands in it. */
  readonly isFixed: boolean;
  /** The API knows it: nothing needs to be said about it. */
  readonly isKnown: boolean;
  /** The mailbox that the page stands in, to be checked by the API (A10). */
  readonly hostAddress: string | null;
  readonly intent: ConnectIntent;
}

/** A mailbox that never ran is connected only: its preview comes before its first run (A12). */
export function wishOf({ intent, isKnown }: Target): Pick<ConsentForm, 'intent' | 'start'> {
  return {
    ...(intent === 'activate' ? {} : { intent }),
    ...(isKnown ? {} : { start: false }),
  };
}
