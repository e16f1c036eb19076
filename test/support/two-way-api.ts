/**
 * The product's API with the in-memory references behind it instead of simulated services: for what is kept in step both ways, whatever the services'
 * own ways are. People log in and connect as ever.
 */
import { HOUR } from '../../src/model/clock.ts';
import type { MailService } from '../../src/model/connector.ts';
import { ANNA, type Api, openApi, type Person } from './api-harness.ts';
import { createMemoryCrm, createMemoryOrg, type MemoryOrg } from './memory-crm.ts';
import { makeItem, removeItem } from './memory-items.ts';
import { createMemoryMailbox, type MemoryMailbox, openMemoryMailbox } from './memory-mailbox.ts';
import { fields } from './two-way-scene.ts';

export interface TwoWayApi {
  readonly api: Api;
  readonly org: MemoryOrg;
  /** Whoever's mailbox it is; made when it is first asked for. */
  mailboxOf(address: string): MemoryMailbox;
}

export async function openTwoWayApi(): Promise<TwoWayApi> {
  const api = await openApi();
  const now = () => api.clock.now();
  const org = createMemoryOrg(now);
  const mailboxes = new Map<string, MemoryMailbox>();
  const mailboxOf = (address: string) => {
    const known = mailboxes.get(address) ?? createMemoryMailbox(now, { addresses: [address] });
    mailboxes.set(address, known);
    return known;
  };
  const { ports } = api.lockstep;
  const services = ports.mailServices as Map<string, MailService>;
  const exchange = services.get('exchange');
  if (exchange === undefined) throw new Error('there is no Exchange');
  services.set('exchange', { ...exchange, open: ({ account }) => openMemoryMailbox(mailboxOf(account)) });
  const { crm } = ports;
  Object.assign(ports, { crm: { ...crm, open: () => createMemoryCrm(org) } });
  return { api, org, mailboxOf };
}

/** Somebody logs in, connects and has his first run. */
export async function connect({ api }: TwoWayApi, who = ANNA): Promise<Person> {
  const person = await api.signIn(who);
  const answer = await person.activate({ login: who.address, password: who.password });
  if (answer.status !== 200) throw new Error(`activation answered ${answer.text}`);
  await api.runDue();
  return person;
}

/** An hour later, whatever is due runs. */
export async function later({ api }: Pick<TwoWayApi, 'api'>): Promise<void> {
  api.clock.advance(HOUR);
  await api.runDue();
}

/** So many events are saved, and then deleted in the mailbox: more than may go by themselves. */
export async function holdEvents(scene: TwoWayApi, address = ANNA.address, count = 60): Promise<void> {
  const { personal } = scene.mailboxOf(address);
  const start = scene.api.clock.now();
  const made = Array.from({ length: count }, (_, at) => {
    const from = new Date(start + (at + 24) * HOUR).toISOString().replace('.000', '');
    const to = new Date(start + (at + 25) * HOUR).toISOString().replace('.000', '');
    return makeItem(personal, 'events', {
      fields: fields({ subject: `Meeting ${at}`, time: `${from}/${to}` }),
    });
  });
  await later(scene);
  for (const id of made) removeItem(personal, id);
  await later(scene);
}
