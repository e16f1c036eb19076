/**
 * Many people with their connections and mailboxes, written by the functions that a login and an activation end with. The grants are real ones, from the services' own
 * pages; what is left out is a browser, and the trying of every capability.
 */
import { type Colleague, SANDBOX_PASSWORD } from '../../sandbox/cast.ts';
import { knowPerson } from '../../src/commands/complete-login.ts';
import type { Ports } from '../../src/commands/ports.ts';
import { DAY } from '../../src/model/clock.ts';
import type { PreparedConnection } from '../../src/model/connector.ts';
import { noStreak } from '../../src/model/mailbox-state.ts';
import { defaultSettings } from '../../src/model/settings.ts';
import { saveConnection } from '../../src/store/connections.ts';
import { inOrganization } from '../../src/store/database.ts';
import { organizationKeys } from '../../src/store/keyring.ts';
import { setDue } from '../../src/store/leases.ts';
import { createMailbox, moveMailbox } from '../../src/store/mailboxes.ts';

const AT_ONCE = 8;

interface Where {
  readonly salesforceUrl: string;
  readonly ewsUrl: string;
}

/** Every mailbox is active and due afterwards. */
export async function seedMailboxes(ports: Ports, people: readonly Colleague[], where: Where): Promise<void> {
  const queue = people.values();
  const work = async () => {
    for (const person of queue) await seedOne(ports, person, where);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
}

async function seedOne(ports: Ports, person: Colleague, where: Where): Promise<void> {
  const { service, address } = person;
  const login = await logIn(ports, person, where);
  const prepared = await connect(ports, person, where);
  const { organizationId, userId, crmConnectionId } = await knowPerson(ports, login);
  const now = ports.clock.now();
  await inOrganization(ports.db, organizationId, async (tx) => {
    const keys = await organizationKeys(tx, ports.keyring, organizationId);
    const mailboxConnectionId = await saveConnection(tx, keys, {
      organizationId,
      userId,
      service,
      ...prepared,
      now,
    });
    const mailboxId = await createMailbox(tx, {
      organizationId,
      userId,
      service,
      address,
      addresses: [address],
      mailboxConnectionId,
      crmConnectionId,
      historyFrom: now - defaultSettings.windowDays * DAY,
      now,
    });
    const move = { id: mailboxId, from: 'not-activated', to: 'active', streak: noStreak } as const;
    await moveMailbox(tx, { ...move, cause: null, now });
    await setDue(tx, { mailboxId, next: { dueAt: now, lane: 'fresh' }, trigger: 'activation' });
  });
}

async function logIn({ crmLogin }: Ports, person: Colleague, { salesforceUrl }: Where) {
  const begun = await crmLogin.begin(salesforceUrl);
  if (begun === null) throw new Error('nobody may log in there');
  const form = { username: person.salesforceUsername, pw: SANDBOX_PASSWORD, decision: 'allow' };
  return await crmLogin.complete(begun.details, await answerPage(begun.url, form));
}

async function connect(
  { mailServices }: Ports,
  person: Colleague,
  where: Where,
): Promise<PreparedConnection> {
  const service = mailServices.get(person.service);
  if (service === undefined) throw new Error('the service is not set up');
  const { address, password } = person;
  const { signal } = new AbortController();
  const { consent } = service;
  if (consent === null || person.service === 'exchange')
    return await service.prepare({ login: address, password, ewsUrl: where.ewsUrl }, signal, null);
  const begun = await consent.begin({ loginHint: address });
  const answers = { loginfmt: address, passwd: password, email: address, password, granted: 'all' };
  const decision = person.service === 'google' ? 'allow' : 'accept';
  return await consent.complete(begun.details, await answerPage(begun.url, { ...answers, decision }), signal);
}

/** Sign-in and consent in one POST; where the browser would be sent. */
async function answerPage(url: string, fields: Readonly<Record<string, string>>): Promise<string> {
  const answer = await fetch(url, {
    method: 'POST',
    body: new URLSearchParams(fields),
    redirect: 'manual',
  });
  const location = answer.headers.get('location');
  if (location === null) throw new Error(`a sign-in page answered ${answer.status}`);
  return location;
}
