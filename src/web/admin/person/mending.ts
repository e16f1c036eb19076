/** What mends one person's sync: the one button of his page, by what is wrong and what may be done. Pure. */
import type { UserView } from '../../../api-schema/admin/users.ts';
import type { ActName } from '../people/user-acts.ts';

/** `act`: something that an admin does; `check`: find out; `tell`: only he can do it, and is sent the link; null: nothing is wrong. */
export type Mending =
  | { readonly kind: 'act'; readonly act: ActName }
  | { readonly kind: 'check' }
  | { readonly kind: 'tell' }
  | null;

export function mendingOf(
  user: Pick<UserView, 'state' | 'isLate' | 'mailAccess' | 'may' | 'mailbox'>,
): Mending {
  const { state, isLate, mailAccess, may, mailbox } = user;
  const act = (name: ActName): Mending =>
    may.some((one) => one === name) ? { kind: 'act', act: name } : null;
  const check: Mending = may.includes('check-access') ? { kind: 'check' } : null;
  switch (state) {
    case 'active':
      return isLate || mailbox?.cause != null ? act('sync-now') : null;
    case 'paused':
      return act('enable');
    case 'suspended':
      return act('sync-now') ?? act('enable') ?? check;
    case 'authorization-required':
      return mailAccess === null ? { kind: 'tell' } : check;
    case 'not-activated':
    case 'deactivated':
      return mailAccess === null ? { kind: 'tell' } : check;
  }
}
