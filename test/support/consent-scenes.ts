/** The API with two mail services that have sign-in pages, and Anna's way through them; the services are `fake-mail-service.ts`. */
import type { ActivationView } from '../../src/api-schema/mailbox.ts';
import type { Problem } from '../../src/api-schema/problem.ts';
import { type MailboxState, noStreak } from '../../src/model/mailbox-state.ts';
import { acrossOrganizations } from '../../src/store/database.ts';
import { moveMailbox } from '../../src/store/mailboxes.ts';
import {
  type ActivationWish,
  ANNA,
  type Answer,
  type Api,
  openApi,
  type Person,
  PUBLIC_URL,
} from './api-harness.ts';
import { createFakeMailService, type Decision, type FakeMailService } from './fake-mail-service.ts';

export interface ConsentApi extends Api {
  readonly cloud: FakeMailService;
  /** Without an approval page. */
  readonly other: FakeMailService;
}

/** Anna has an account at both services; Bob, who writes to her, is in Salesforce. */
export async function openConsentApi(): Promise<ConsentApi> {
  let cloud: FakeMailService | null = null;
  let other: FakeMailService | null = null;
  const callback = (name: string) => `${PUBLIC_URL}/connect/${name}/callback`;
  const api = await openApi({
    mailServices: (now) => {
      const common = { now, approvalUrl: null };
      cloud = createFakeMailService({
        now,
        name: 'cloud',
        displayName: 'Cloud Mail',
        redirectUri: callback('cloud'),
      });
      other = createFakeMailService({
        ...common,
        name: 'other',
        displayName: 'Other Mail',
        redirectUri: callback('other'),
      });
      return [cloud.service, other.service];
    },
  });
  if (cloud === null || other === null) throw new Error('the services were not asked for');
  const services = { cloud: cloud as FakeMailService, other: other as FakeMailService };
  for (const service of Object.values(services)) service.addAccount(ANNA.address, 'sales@contoso.test');
  api.services.salesforce.create('Contact', { LastName: 'Bob', Email: 'bob@outside.test' });
  return Object.assign(api, services);
}

/** The whole way: to the sign-in page, through it, back, and the activation. */
export async function signInAt(
  fake: FakeMailService,
  person: Person,
  {
    as = ANNA.address,
    decision,
    meant,
    wish,
  }: { as?: string; decision?: Decision; meant?: string; wish?: ActivationWish } = {},
): Promise<Answer<ActivationView & Problem>> {
  const begun = await person.beginConsent(fake.service.service, meant, wish);
  if (begun.status !== 200) return begun as unknown as Answer<ActivationView & Problem>;
  return person.completeConsent(fake.decide(begun.body.url, as, decision));
}

/** Puts a person's mailbox into a state, as runs and people do. */
export async function setState(api: Api, person: Person, to: MailboxState): Promise<void> {
  const { id, state: from } = await person.mailbox();
  const move = { id, from, to, streak: noStreak, cause: null, now: api.clock.now() };
  const moved = await acrossOrganizations(api.database.db, (tx) => moveMailbox(tx, move));
  if (!moved) throw new Error('the mailbox was not moved');
}

/** The mail services whose credential is kept, by name, one entry per connection. */
export async function keptCredentials(api: Api): Promise<readonly string[]> {
  return await acrossOrganizations(api.database.db, async (tx) => {
    const { rows } = await tx.query<{ service: string }>(
      `select service from connections where sealed_credential is not null and service <> 'salesforce' order by 1`,
    );
    return rows.map(({ service }) => service);
  });
}
