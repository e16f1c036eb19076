/**
 * Rows that database tests start from: organizations with a user, two connections and mailboxes, made by the product's own functions.
 */
import type { Instant } from '../../src/model/clock.ts';
import type { ConnectionId, MailboxId, OrganizationId, UserId } from '../../src/model/ids.ts';
import { saveConnection } from '../../src/store/connections.ts';
import { acrossOrganizations, type Database, inOrganization } from '../../src/store/database.ts';
import {
  type Keyring,
  type OrganizationKeys,
  openKeyring,
  organizationKeys,
} from '../../src/store/keyring.ts';
import { createMailbox } from '../../src/store/mailboxes.ts';
import { upsertOrganization } from '../../src/store/organizations.ts';
import { upsertUser } from '../../src/store/users.ts';
import { MONDAY } from './fake-clock.ts';

export const testKeyring: Keyring = openKeyring({ masterKey: new Uint8Array(32).fill(7) });

export interface Tenant {
  readonly organizationId: OrganizationId;
  readonly userId: UserId;
  readonly mailboxConnectionId: ConnectionId;
  readonly crmConnectionId: ConnectionId;
  readonly mailboxId: MailboxId;
  readonly keys: OrganizationKeys;
}

/** An organization with one user and one mailbox. `name` makes it different from others. */
export async function seedTenant(
  db: Database,
  name: string,
  { now = MONDAY, keyring = testKeyring }: { now?: Instant; keyring?: Keyring } = {},
): Promise<Tenant> {
  const organizationId = await acrossOrganizations(db, (tx) =>
    upsertOrganization(tx, keyring, { crmOrganizationId: `00D-${name}`, now }),
  );
  const keys = await inOrganization(db, organizationId, (tx) =>
    organizationKeys(tx, keyring, organizationId),
  );
  const email = `owner@${name}.example`;
  return await seedPerson(
    db,
    { organizationId, keys },
    { crmUserId: `005-${name}`, label: name, email, now },
  );
}

/** A colleague in the same organization, with connections and a mailbox of his own. */
export async function addColleague(
  db: Database,
  tenant: Pick<Tenant, 'organizationId' | 'keys'>,
  address: string,
  now: Instant = MONDAY,
): Promise<Tenant> {
  const who = { crmUserId: `005-${address}`, label: address, email: address };
  return await seedPerson(db, tenant, { ...who, now });
}

/** A user with two connections and a mailbox; `label` tells his secrets from others'. */
async function seedPerson(
  db: Database,
  { organizationId, keys }: Pick<Tenant, 'organizationId' | 'keys'>,
  who: { readonly crmUserId: string; readonly label: string; readonly email: string; readonly now: Instant },
): Promise<Tenant> {
  const { crmUserId, label, email, now } = who;
  return inOrganization(db, organizationId, async (tx) => {
    const user = { organizationId, crmUserId, username: email, email };
    const userId = await upsertUser(tx, { ...user, timeZone: 'Europe/Berlin', now });
    const connect = (service: string) =>
      saveConnection(tx, keys, {
        organizationId,
        userId,
        service,
        account: email,
        credential: { secret: `${service} of ${label}` },
        settings: {},
        now,
      });
    const mailboxConnectionId = await connect('exchange');
    const crmConnectionId = await connect('salesforce');
    const mailboxId = await createMailbox(tx, {
      organizationId,
      userId,
      service: 'exchange',
      address: email,
      addresses: [email],
      mailboxConnectionId,
      crmConnectionId,
      historyFrom: now,
      now,
    });
    return { organizationId, userId, mailboxConnectionId, crmConnectionId, mailboxId, keys };
  });
}

/** Mailboxes per statement: each has a row in the lists as well, and a statement may not take for ever. */
const SEEDED_AT_ONCE = 10_000;

/** Many more mailboxes of a tenant, all due at `dueAt`. */
export async function seedDueMailboxes(
  db: Database,
  tenant: Tenant,
  count: number,
  dueAt: Instant,
  lane: 0 | 1 = 0,
): Promise<void> {
  await inOrganization(db, tenant.organizationId, async (tx) => {
    for (let from = 1; from <= count; from += SEEDED_AT_ONCE)
      await tx.query(
        `with made as (
           insert into mailboxes (id, organization_id, user_id, service, address, addresses,
             mailbox_connection_id, crm_connection_id, state, state_at, history_from, created_at)
           select gen_random_uuid(), $1, $2, 'exchange', 'bulk-' || $7::smallint || '-' || n || '@bulk.example', '{}', $3, $4, 'active', $5, $5, $5
           from generate_series($8::integer, $6::integer) as n returning id
         )
         insert into schedules (mailbox_id, organization_id, due_at, lane)
         select id, $1, $5, $7::smallint from made`,
        [
          tenant.organizationId,
          tenant.userId,
          tenant.mailboxConnectionId,
          tenant.crmConnectionId,
          new Date(dueAt),
          Math.min(count, from + SEEDED_AT_ONCE - 1),
          lane,
          from,
        ],
      );
  });
}
