/**
 * The pre-flight of one person (M7): asks the mail service and the CRM through the accesses of his profile whether he could be switched on without doing
 * anything himself, and writes nothing. *Check access* asks it for one, with what of calendar, contacts and tasks is reached; a roll-out for everybody.
 */
import { type AccessFacts, judgeAccess } from '../decide/judge-access.ts';
import type { AccessFindings, CollectionFinding } from '../model/access-findings.ts';
import { CRM_USERS_FIND_MAX, type CrmUser } from '../model/crm-users.ts';
import { type Failure, RemoteFailure } from '../model/failure.ts';
import type { ConnectionId, OrganizationId, ProfileId, UserId } from '../model/ids.ts';
import { findConnection } from '../store/connections.ts';
import { inOrganization } from '../store/database.ts';
import { organizationKeys } from '../store/keyring.ts';
import { type Mailbox, readCurrentMailbox } from '../store/mailboxes.ts';
import { isAddressInUse, type ReachablePerson, readReachablePerson } from '../store/profile-accesses.ts';
import type { Admin } from './admin.ts';
import { endSessionsOfInactive } from './end-sessions.ts';
import { withProvisioningCrm } from './open-provisioning-crm.ts';
import type { Ports } from './ports.ts';
import { type Look, reachCrmThrough, reachMailboxThrough } from './reach-through-access.ts';

export interface Who {
  readonly organizationId: OrganizationId;
  readonly userId: UserId;
}

/** What the CRM says of its users, looked up for many at once. Null: there is no connection by which it could be asked. */
export type CrmUsersSeen = ReadonlyMap<string, CrmUser> | { readonly failure: Failure } | null;

/** A person's findings, with what they were found from: what an activation needs. */
export interface CheckedPerson {
  readonly person: ReachablePerson;
  readonly mailbox: Mailbox | null;
  /** His own connection to the CRM, or the one that is reached for him already. */
  readonly crmConnectionId: ConnectionId | null;
  readonly findings: AccessFindings;
  /** Of the sides that were asked, where it was looked so far. */
  readonly collections: readonly CollectionFinding[];
}

/** What *Check access* tells. */
export type AccessReport = AccessFindings & Pick<CheckedPerson, 'collections'>;

/** Looks some users up by the acting admin's connection or an access; at most `CRM_USERS_FIND_MAX`. */
export async function lookUpCrmUsers(
  ports: Ports,
  of: Pick<Admin, 'organizationId' | 'actor'> & { readonly profileId: ProfileId | null },
  crmUserIds: readonly string[],
  signal: AbortSignal,
): Promise<CrmUsersSeen> {
  if (crmUserIds.length > CRM_USERS_FIND_MAX) throw new RangeError('too many users at once');
  try {
    const users = await withProvisioningCrm(ports, of, of.profileId, signal, (crm) =>
      crm.findUsers({ usernames: [], ids: crmUserIds }),
    );
    const inactive = users.filter(({ isActive }) => !isActive).map(({ userId }) => userId);
    await endSessionsOfInactive(ports, of.organizationId, inactive);
    return new Map(users.map((user) => [user.userId, user]));
  } catch (error) {
    if (!(error instanceof RemoteFailure)) throw error;
    // No login at hand is no finding about anybody: what is stored of him stands.
    return error.failure.kind === 'authorization-revoked' ? null : { failure: error.failure };
  }
}

/** One person; null when there is none such in this scope. */
export async function checkUserAccess(
  ports: Ports,
  admin: Pick<Admin, 'organizationId' | 'actor'>,
  userId: UserId,
  signal: AbortSignal,
): Promise<AccessReport | null> {
  const { organizationId } = admin;
  const known = await inOrganization(ports.db, organizationId, (tx) =>
    readReachablePerson(tx, { organizationId, userId }),
  );
  if (known === null) return null;
  const profileId = known.profile?.id ?? null;
  const seen = await lookUpCrmUsers(ports, { ...admin, profileId }, [known.crmUserId], signal);
  const checked = await checkPerson(ports, { organizationId, userId }, seen, signal, { collections: true });
  return checked === null ? null : { ...checked.findings, collections: checked.collections };
}

/** One person of whom the CRM's word was heard already; null when there is none such in this scope. */
export async function checkPerson(
  ports: Ports,
  who: Who,
  seen: CrmUsersSeen,
  signal: AbortSignal,
  look: Look = { collections: false },
): Promise<CheckedPerson | null> {
  const known = await readKnown(ports, who);
  if (known === null) return null;
  const { person, mailbox, crmConnectionId } = known;
  const facts: AccessFacts = {
    profile: profileFacts(person),
    state: mailbox?.state ?? null,
    address: addressOf(person, mailbox),
    mail: null,
    addressInUse: false,
    crmUser: crmUserOf(person, seen),
    crmEmail: person.email,
    crmAccount: crmConnectionId === null ? 'no-login' : 'own-login',
  };
  // Nobody is asked about people who are left as they are, or whom no access leads to.
  const first = judgeAccess(facts);
  const isSettled = first.predicted === 'already-active' || facts.profile?.hasMailAccess !== true;
  if (isSettled || !facts.profile.enabled || facts.state === 'deactivated')
    return { ...known, findings: first, collections: [] };
  const { collections, ...told } = await askServices(
    ports,
    { ...who, ...look },
    person,
    facts.address,
    signal,
  );
  return { ...known, findings: judgeAccess({ ...facts, ...told }), collections };
}

/** The mailbox that he has counts before the one that was named: another one would take its place. */
export function addressOf(
  person: Pick<ReachablePerson, 'mailboxAddress'>,
  mailbox: Mailbox | null,
): string | null {
  return mailbox !== null && mailbox.state !== 'deactivated' ? mailbox.address : person.mailboxAddress;
}

async function readKnown(
  ports: Ports,
  who: Who,
): Promise<Omit<CheckedPerson, 'findings' | 'collections'> | null> {
  return await inOrganization(ports.db, who.organizationId, async (tx) => {
    const person = await readReachablePerson(tx, who);
    if (person === null) return null;
    const keys = await organizationKeys(tx, ports.keyring, who.organizationId);
    return {
      person,
      mailbox: await readCurrentMailbox(tx, who.userId),
      crmConnectionId: await findConnection(tx, keys, who.userId, ports.crm.service),
    };
  });
}

function profileFacts({ profile }: ReachablePerson): AccessFacts['profile'] {
  return profile === null ? null : { enabled: profile.enabled, hasMailAccess: profile.mailAccessId !== null };
}

function crmUserOf({ crmUserId }: ReachablePerson, seen: CrmUsersSeen): AccessFacts['crmUser'] {
  if (seen === null || 'failure' in seen) return seen;
  return seen.get(crmUserId) ?? 'unknown';
}

async function askServices(
  ports: Ports,
  { organizationId, userId, collections }: Who & Look,
  person: ReachablePerson,
  address: string | null,
  signal: AbortSignal,
): Promise<Partial<AccessFacts> & Pick<CheckedPerson, 'collections'>> {
  const { profile, mailboxLogin, username, crmUserId } = person;
  const { mailAccessId = null, crmAccessId = null } = profile ?? {};
  const mail =
    address === null || mailAccessId === null
      ? null
      : await reachMailboxThrough(
          ports,
          { organizationId, accessId: mailAccessId, address, login: mailboxLogin, collections },
          signal,
        );
  const crm =
    crmAccessId === null
      ? null
      : await reachCrmThrough(
          ports,
          { organizationId, accessId: crmAccessId, username, userId: crmUserId, collections },
          signal,
        );
  const addresses = mail?.ok === true ? mail.identity.addresses : [];
  const addressInUse = await inOrganization(ports.db, organizationId, (tx) =>
    isAddressInUse(tx, { organizationId, userId, addresses }),
  );
  return {
    ...(mail === null ? {} : { mail: mail.ok ? { addresses } : { failure: mail.failure } }),
    addressInUse,
    ...(crm === null ? {} : { crmAccount: { through: crm.ok ? null : crm.failure } }),
    collections: [mail, crm].flatMap((reached) => (reached?.ok === true ? reached.collections : [])),
  };
}
