/** Why a record that somebody wanted taken back stays, beside what the CRM itself says of it (`catalogue.ts`). */
import { catalogue, type FailureCode } from './catalogue.ts';

/** `kept.colleague`: another mailbox of the organization is linked to it. */
export type KeptCode = 'kept.colleague' | FailureCode;

/** The reason to the person who asked. */
export function keptText(code: KeptCode): string {
  return code === 'kept.colleague'
    ? "A colleague's mailbox holds the same mail or meeting and relies on the record."
    : catalogue[code].user;
}

/** What a removal came to. */
export interface Removal {
  readonly removed: number;
  readonly kept: ReadonlyMap<KeptCode, number>;
}
