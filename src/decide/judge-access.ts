/**
 * From what was asked of the services to the findings of the pre-flight (M7): what is to be expected of one person, and the first thing that stands
 * in the way, by a fixed order. Pure; `commands/check-user-access.ts` asks.
 */
import type { AccessFindings, Prediction } from '../model/access-findings.ts';
import type { FailureCode } from '../model/catalogue.ts';
import type { CrmUser } from '../model/crm-users.ts';
import { type Failure, type FailureKind, failure } from '../model/failure.ts';
import type { MailboxState } from '../model/mailbox-state.ts';

export interface AccessFacts {
  /** Of his profile; null: he has none. */
  readonly profile: { readonly enabled: boolean; readonly hasMailAccess: boolean } | null;
  /** Of the mailbox that he has; null: none. */
  readonly state: MailboxState | null;
  /** The mailbox's address that is known; null: none. */
  readonly address: string | null;
  /** What the mail service said: all its addresses, or why not. Null: not asked. */
  readonly mail: { readonly addresses: readonly string[] } | { readonly failure: Failure } | null;
  /** Another person's mailbox that is not deactivated has that address. */
  readonly addressInUse: boolean;
  /** What the CRM said of its user; `unknown`: it has none such. Null: not asked. */
  readonly crmUser: CrmUser | 'unknown' | { readonly failure: Failure } | null;
  /** His address at the CRM as it was last heard. */
  readonly crmEmail: string;
  /** How his account there is reached: by a login of his own (made or still to come), or through an access, which may refuse him. */
  readonly crmAccount: 'own-login' | 'no-login' | { readonly through: Failure | null };
}

/** States in which people are left as they are: they are synced, or stopped what is theirs to start again. */
const LEFT_ALONE: ReadonlySet<MailboxState> = new Set(['active', 'paused', 'suspended']);

/** A failure of these kinds says nothing lasting of the person. `credentials-rejected`: the access itself is at fault, not he. */
const PASSING: ReadonlySet<FailureKind> = new Set([
  'throttled',
  'transient',
  'unreachable',
  'quota-or-licence',
  'credentials-rejected',
  'request-invalid',
]);

/** The refusals that show that there is a mailbox, and those that say that there is none. */
const EXISTS: ReadonlySet<FailureCode> = new Set([
  'mailbox.account-disabled',
  'mailbox.ews-switched-off',
  'mailbox.access-denied',
  'mailbox.use-office-365',
  'mailbox.moving',
]);
const ABSENT: ReadonlySet<FailureCode> = new Set(['mailbox.not-found', 'mailbox.no-licence']);

export function judgeAccess(facts: AccessFacts): AccessFindings {
  const seen = {
    ...mailFindings(facts),
    crmUserMatched: isMatched(facts),
    addressEqual: isAddressEqual(facts),
  };
  if (facts.state !== null && LEFT_ALONE.has(facts.state))
    return { ...seen, predicted: 'already-active', failure: null };
  const obstacle = obstacleOf(facts, seen.addressEqual);
  return { ...seen, predicted: predict(facts, obstacle), failure: obstacle };
}

function mailFindings({ mail }: AccessFacts): Pick<AccessFindings, 'mailboxFound' | 'accessGranted'> {
  if (mail === null) return { mailboxFound: null, accessGranted: null };
  if ('addresses' in mail) return { mailboxFound: true, accessGranted: true };
  const { code, kind } = mail.failure;
  if (ABSENT.has(code)) return { mailboxFound: false, accessGranted: null };
  const mailboxFound = EXISTS.has(code) ? true : null;
  const isRefused = kind === 'permission-missing' || kind === 'credentials-rejected';
  return { mailboxFound, accessGranted: isRefused ? false : null };
}

function isMatched({ crmUser }: AccessFacts): boolean | null {
  if (crmUser === null) return null;
  if (crmUser === 'unknown') return false;
  return 'failure' in crmUser ? null : crmUser.isActive;
}

function isAddressEqual({ mail, crmUser, crmEmail }: AccessFacts): boolean | null {
  if (mail === null || !('addresses' in mail)) return null;
  const email = crmUser !== null && crmUser !== 'unknown' && 'email' in crmUser ? crmUser.email : crmEmail;
  return mail.addresses.includes(email.toLowerCase());
}

/** In the order in which somebody would mend it. */
function obstacleOf(facts: AccessFacts, addressEqual: boolean | null): Failure | null {
  const { profile, state, address, mail, crmUser, crmAccount } = facts;
  if (profile === null || !profile.hasMailAccess) return failure('lockstep.no-mail-access');
  if (!profile.enabled) return failure('lockstep.profile-disabled');
  if (state === 'deactivated') return failure('lockstep.switched-off');
  if (address === null) return failure('mailbox.no-address');
  if (mail !== null && 'failure' in mail) return mail.failure;
  if (facts.addressInUse) return failure('lockstep.address-in-use');
  if (crmUser === 'unknown') return failure('crm.user-not-found');
  if (crmUser !== null && 'failure' in crmUser) return crmUser.failure;
  if (crmUser !== null && !crmUser.isActive) return failure('crm.user-inactive');
  if (addressEqual === false) return failure('lockstep.address-differs');
  return typeof crmAccount === 'string' ? null : crmAccount.through;
}

function predict({ crmAccount }: AccessFacts, obstacle: Failure | null): Prediction {
  if (obstacle !== null)
    return PASSING.has(obstacle.kind) && !obstacle.code.startsWith('lockstep.') ? 'unknown' : 'by-himself';
  return crmAccount === 'no-login' ? 'after-login' : 'active';
}
