/** A person's way through *Log in with Salesforce* and the activation dialog, in a simulated world. */
import { activateMailbox } from '../../src/commands/activate-mailbox.ts';
import { completeLogin } from '../../src/commands/complete-login.ts';
import { DAY } from '../../src/model/clock.ts';
import { LOGIN } from './network.ts';
import type { ProductProcess } from './process.ts';
import type { Person, World } from './world.ts';

/** Six days hold until the settings say otherwise (E6). */
const WINDOW_DAYS = 6;

/** Gives the code of what was refused; empty when the mailbox is active. `name` makes the world's organization different from others. */
export async function activate(
  world: World,
  process: ProductProcess,
  person: Person,
  name: string,
): Promise<string> {
  const { ports } = process;
  const signal = new AbortController().signal;
  const login = await logIn(world, process, person, name);
  const access = await person.hands.authorise(ports, person);
  const result = await activateMailbox(
    ports,
    {
      organizationId: login.organizationId,
      userId: login.userId,
      service: person.hands.service,
      access,
      expectedAddress: null,
      crmConnectionId: login.crmConnectionId,
    },
    signal,
  );
  if (result.kind === 'refused') return result.failure.code;
  world.organizationId = login.organizationId;
  person.userId = login.userId;
  person.mailboxId = result.mailboxId;
  const owner = world.history.mailboxes.find((one) => one.address === person.address);
  // A second activation keeps the window of the first.
  const windowDays = world.history.settings.length === 0 ? WINDOW_DAYS : world.traits.windowDays;
  if (owner !== undefined && owner.historyFrom === 0) owner.historyFrom = process.now - windowDays * DAY;
  return '';
}

async function logIn({ salesforce }: World, { ports }: ProductProcess, person: Person, name: string) {
  const begun = await ports.crmLogin.begin(LOGIN);
  if (begun === null) throw new Error('no such login host');
  const form = new URLSearchParams(new URL(begun.url).searchParams);
  const answers = { username: person.salesforceUsername, pw: 'right', decision: 'allow' };
  for (const [key, value] of Object.entries(answers)) form.set(key, value);
  const allowed = await salesforce.fetch(
    new Request(`${LOGIN}/services/oauth2/authorize`, { method: 'POST', body: form }),
  );
  const done = await ports.crmLogin.complete(begun.details, allowed.headers.get('location') ?? '');
  const identity = { ...done.identity, organizationId: `${done.identity.organizationId} ${name}` };
  return await completeLogin(ports, { ...done, identity });
}
