/**
 * What an entry of the catalogue of failures is made of. The entries themselves stand beside it by whose side they are on; `catalogue.ts` joins them.
 */
import type { FailureKind } from './failure.ts';

/** Who can mend it; `nobody` heals by itself. */
export type Mender = 'user' | 'mail-admin' | 'crm-admin' | 'operator' | 'nobody';

export interface CatalogueEntry {
  readonly kind: FailureKind;
  readonly side: 'mailbox' | 'crm' | 'lockstep';
  readonly mender: Mender;
  /** What happened and what to do, to the person whose mailbox it is. */
  readonly user: string;
  /** The same for an administrator: precise, with the console page or command where there is one. */
  readonly admin: string;
}

/** One entry; the admin's text is the user's unless told. */
export const entry = (
  side: CatalogueEntry['side'],
  kind: FailureKind,
  mender: Mender,
  user: string,
  admin: string = user,
): CatalogueEntry => ({ side, kind, mender, user, admin });
