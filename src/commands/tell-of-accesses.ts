/**
 * Tells an organization's administrators once that an access is refused, and once that it works again. The telling is taken before the e-mail leaves, so
 * that none is sent twice; what the mail server does not take is told again with the next round, for a day.
 */
import { DAY, MINUTE } from '../model/clock.ts';
import { effectiveSettings } from '../model/settings.ts';
import { composeAccessNotice } from '../notify/compose-access-notice.ts';
import { MailNotSent } from '../notify/mailer.ts';
import {
  type Access,
  claimTelling,
  listAccesses,
  listUntoldAccesses,
  putTellingBack,
} from '../store/accesses.ts';
import { acrossOrganizations, inOrganization } from '../store/database.ts';
import { readOrganizationSettings } from '../store/organizations.ts';
import { listPlatformAdminEmails } from '../store/users.ts';
import type { Ports } from './ports.ts';
import { describeFault } from './sync-mailbox.ts';

/** Tellings in one round. */
const AT_ONCE_MAX = 8;
/** Afterwards it is no news any more. */
const TRIED_MS = DAY;
/** Between two attempts at one telling, so that a mail server that is down is not pressed. */
const AGAIN_MS = 2 * MINUTE;

/** When an access's telling was last put back, in this process. */
const putBackAt = new WeakMap<Ports, Map<string, number>>();

/** Tells of a handful of accesses and returns how many were told; 0: nothing is due. Rejects for faults of the database. */
export async function tellOfAccesses(ports: Ports, publicUrl: string): Promise<number> {
  const untold = await acrossOrganizations(ports.db, (tx) => listUntoldAccesses(tx, AT_ONCE_MAX));
  const waits = putBackAt.get(ports) ?? new Map<string, number>();
  putBackAt.set(ports, waits);
  let told = 0;
  for (const access of untold) {
    const waitsUntil = (waits.get(access.id) ?? Number.NEGATIVE_INFINITY) + AGAIN_MS;
    if (waitsUntil > ports.clock.now()) continue;
    waits.delete(access.id);
    if (await tell(ports, publicUrl, access)) told += 1;
    else waits.set(access.id, ports.clock.now());
  }
  return told;
}

/** False when the mail server did not take it, and it is to be tried again. */
async function tell(ports: Ports, publicUrl: string, access: Access): Promise<boolean> {
  const { id, organizationId, stateAt } = access;
  const found = await inOrganization(ports.db, organizationId, async (tx) => {
    if (!(await claimTelling(tx, access))) return null;
    const { settings } = await readOrganizationSettings(tx, organizationId);
    const { notifyAddresses } = effectiveSettings({
      organization: { settings, forced: [] },
      preset: null,
      user: {},
    });
    const admins = await listPlatformAdminEmails(tx, organizationId);
    const [listed] = await listAccesses(tx, { organizationId, id });
    return { to: [...new Set([...notifyAddresses, ...admins])], mailboxes: listed?.mailboxes ?? 0 };
  });
  const { mailer } = ports;
  if (found === null || mailer === null || found.to.length === 0 || access.state === 'untested') return true;
  const serviceName =
    access.side === 'crm'
      ? ports.crm.displayName
      : (ports.mailServices.get(access.service)?.displayName ?? access.service);
  const composed = composeAccessNotice({
    ...{ name: access.name, serviceName, state: access.state, code: access.cause },
    ...{ since: stateAt, mailboxes: found.mailboxes, publicUrl },
  });
  try {
    await mailer.send({ id: `${id}.${stateAt}`, to: found.to, ...composed });
    ports.log('accesses.told', { access: id, state: access.state });
    return true;
  } catch (error) {
    const isFinal = error instanceof MailNotSent && error.isFinal;
    const givenUp = isFinal || ports.clock.now() - stateAt > TRIED_MS;
    const why = error instanceof MailNotSent ? { code: error.code } : describeFault(error);
    ports.log(givenUp ? 'accesses.telling-given-up' : 'accesses.not-told', { access: id, ...why });
    if (!givenUp) await inOrganization(ports.db, organizationId, (tx) => putTellingBack(tx, access));
    return givenUp;
  }
}
