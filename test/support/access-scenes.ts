/** An administrator's access to a company's Exchange, people who are reached through it without doing anything, and what is seen of both. */
import type { Colleague } from '../../sandbox/cast.ts';
import type { SavedAccessView } from '../../src/api-schema/admin/accesses.ts';
import type { Problem } from '../../src/api-schema/problem.ts';
import { activateMailbox } from '../../src/commands/activate-mailbox.ts';
import { probeDueAccess } from '../../src/commands/probe-access.ts';
import { tellOfAccesses } from '../../src/commands/tell-of-accesses.ts';
import type { AccessId, ConnectionId, MailboxId, OrganizationId, UserId } from '../../src/model/ids.ts';
import { acrossOrganizations } from '../../src/store/database.ts';
import { ANNA, type Answer, type Api, EWS_URL, type Person, PUBLIC_URL } from './api-harness.ts';

export const ROBOT = { userName: 'robot', login: 'CONTOSO\\robot', password: 'robot-secret-1' } as const;

/** Somebody of the company with an Exchange mailbox and a Salesforce user. */
export function hire(api: Api, name: string): Colleague {
  const address = `${name}@contoso.test`;
  api.services.exchange.addMailbox({
    address,
    displayName: name,
    userName: name,
    password: `${name}-pass-1`,
  });
  api.services.salesforce.addUser({
    username: `${name}@acme.test`,
    password: `${name}-pass-1`,
    email: address,
  });
  return {
    ...{ name, address, aliases: [], service: 'exchange', userName: name },
    ...{ password: `${name}-pass-1`, salesforceUsername: `${name}@acme.test` },
  };
}

export const accessForm = {
  ...{ name: 'Contoso', service: 'exchange', login: ROBOT.login, password: ROBOT.password },
  ...{ ewsUrl: EWS_URL, sampleMailbox: ANNA.address },
} as const;

export function makeAccess(
  admin: Person,
  form: Readonly<Record<string, string>> = accessForm,
): Promise<Answer<SavedAccessView & Problem>> {
  return admin.call('POST', '/api/admin/accesses', form);
}

/** What a roll-out does for one person who has logged in once. */
export async function activateThrough(
  api: Api,
  who: Colleague,
  accessId: string,
  service = 'exchange',
): Promise<MailboxId> {
  await api.signIn(who);
  const [user] = await rowsOf<{ id: UserId; organization_id: OrganizationId; crm: ConnectionId }>(
    api,
    `select u.id, u.organization_id, (select c.id from connections c where c.user_id = u.id and c.service = 'salesforce') as crm
     from users u where username = $1`,
    [who.salesforceUsername],
  );
  if (user === undefined) throw new Error('nobody has that name');
  const result = await activateMailbox(
    api.lockstep.ports,
    {
      ...{ organizationId: user.organization_id, userId: user.id, service, crmConnectionId: user.crm },
      access: { kind: 'through', accessId: accessId as AccessId, login: null },
      expectedAddress: who.address,
      actor: { kind: 'product', userId: null },
    },
    AbortSignal.timeout(60_000),
  );
  if (result.kind === 'refused') throw new Error(`refused: ${result.failure.code}`);
  return result.mailboxId;
}

export async function rowsOf<Row>(api: Api, sql: string, values: readonly unknown[] = []): Promise<Row[]> {
  return (await acrossOrganizations(api.lockstep.ports.db, (tx) => tx.query<Row>(sql, values))).rows;
}

export interface MailboxFacts {
  readonly address: string;
  readonly state: string;
  readonly cause: string | null;
}

export function mailboxesOf(api: Api): Promise<MailboxFacts[]> {
  return rowsOf(api, `select address, state, cause from mailboxes order by address`);
}

/** Lets half an hour pass and everything run that is due then, probes of accesses included. */
export async function passHalfAnHour(api: Api): Promise<void> {
  api.clock.advance(30 * 60_000 + 1_000);
  const never = new AbortController().signal;
  while ((await probeDueAccess(api.lockstep.ports, never)) > 0);
  await runAllDue(api);
}

export async function runAllDue(api: Api): Promise<void> {
  for (let round = 0; round < 20 && (await api.runDue()) > 0; round += 1);
}

/** Sends what is to be told of accesses; the new e-mails. */
export async function tellOf(
  api: Api,
): Promise<readonly { readonly subject: string; readonly to: readonly string[] }[]> {
  const before = api.mails.length;
  while ((await tellOfAccesses(api.lockstep.ports, PUBLIC_URL)) > 0);
  return api.mails.slice(before);
}

/** How often the robot's password was sent. */
export function signInsOf(api: Api): number {
  return api.sentToMail.filter(({ authorization }) => authorization !== null).length;
}
