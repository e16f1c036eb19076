/** A company whose people are reached by administrators' accesses: to a mail service in memory, and to Salesforce by JWT bearer. */
import { generateKeyPairSync } from 'node:crypto';
import type { RolloutForm, RolloutMember, RolloutView } from '../../src/api-schema/admin/rollouts.ts';
import { runRollout } from '../../src/commands/run-rollout.ts';
import type { AccessId, OrganizationId, ProfileId, RolloutId, UserId } from '../../src/model/ids.ts';
import { insertAccess, saveLender } from '../../src/store/accesses.ts';
import { acrossOrganizations, inOrganization } from '../../src/store/database.ts';
import { organizationKeys } from '../../src/store/keyring.ts';
import { newId } from '../../src/store/new-id.ts';
import { claimRollouts, type RolloutLease, releaseRollout } from '../../src/store/rollouts.ts';
import { ANNA, type Api, LOGIN_ORIGIN, openApi, type Person } from './api-harness.ts';
import { createMassService, type MassService } from './mass-service.ts';
import { makeProfile, query } from './stored-people.ts';

const { privateKey, publicKey } = generateKeyPairSync('rsa', {
  modulusLength: 2048,
  publicKeyEncoding: { type: 'spki', format: 'pem' },
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
});
const BEARER_APP = 'bearer';
const SERVICE_ACCOUNT = 'service@contoso.test';

export interface Company extends AsyncDisposable {
  readonly api: Api;
  readonly anna: Person;
  readonly mass: MassService;
  readonly organizationId: OrganizationId;
  readonly mailAccess: AccessId;
  readonly crmAccess: AccessId;
}

/** Anna is the platform admin; nobody else is there. */
export async function openCompany(): Promise<Company> {
  let mass: MassService | null = null;
  const api = await openApi({
    mailServices: (now) => {
      mass = createMassService(now);
      return [mass.service];
    },
  });
  const anna = await api.signIn(ANNA);
  api.services.salesforce.addUser({ username: SERVICE_ACCOUNT, password: 'x' });
  const [organization] = await query<{ id: OrganizationId }>(api, 'select id from organizations');
  if (organization === undefined || mass === null) throw new Error('nothing was opened');
  const { id: organizationId } = organization;
  const company = { api, anna, mass, organizationId };
  approve(company, []);
  const mailAccess = await makeAccess(company, 'mailbox', 'pigeon', { key: 'mass-secret' }, {});
  const jwt = {
    loginUrl: LOGIN_ORIGIN,
    clientId: BEARER_APP,
    username: SERVICE_ACCOUNT,
    actsAs: 'each-user',
  };
  const crmAccess = await makeAccess(company, 'crm', 'salesforce', { privateKey }, { jwt });
  return {
    ...{ ...company, mailAccess, crmAccess },
    [Symbol.asyncDispose]: () => api[Symbol.asyncDispose](),
  };
}

/** Approves the app for these users of Salesforce beside the service account, and for nobody else. */
export function approve({ api }: Pick<Company, 'api'>, usernames: readonly string[]): void {
  api.services.salesforce.addConnectedApp({
    clientId: BEARER_APP,
    redirectUris: [],
    publicKey,
    preAuthorized: [SERVICE_ACCOUNT, ...usernames],
  });
}

async function makeAccess(
  { api, organizationId }: Pick<Company, 'api' | 'organizationId'>,
  side: 'mailbox' | 'crm',
  service: string,
  credential: unknown,
  settings: Readonly<Record<string, unknown>>,
): Promise<AccessId> {
  const { ports } = api.lockstep;
  const now = api.clock.now();
  return await inOrganization(ports.db, organizationId, async (tx) => {
    const keys = await organizationKeys(tx, ports.keyring, organizationId);
    const prepared = { account: `${side}-service`, credential, settings };
    const connectionId = await saveLender(tx, keys, { organizationId, service, prepared, now });
    const id = await insertAccess(tx, {
      ...{ organizationId, side, service, connectionId, now },
      name: `${side} access`,
    });
    if (id === null) throw new Error('the access was not written');
    return id;
  });
}

export const usernameOf = (name: string) => `${name}@contoso.test`;
export const addressOf = (name: string) => `${name}.mail@contoso.test`;

export interface NewColleague {
  /** Null: none is named. Unless told, the one of his name. */
  readonly address?: string | null;
  /** At the CRM; unless told, that of the mailbox. */
  readonly email?: string;
  readonly hasMailbox?: boolean;
  readonly isInSalesforce?: boolean;
}

/** A person of a profile, with a mailbox and a user of Salesforce; his id here. */
export async function addColleague(
  { api, mass, organizationId }: Company,
  profileId: ProfileId | null,
  name: string,
  more: NewColleague = {},
): Promise<UserId> {
  const { address = addressOf(name), hasMailbox = true, isInSalesforce = true } = more;
  if (hasMailbox && address !== null && !mass.mailboxes.has(address)) mass.addMailbox(address);
  const email = more.email ?? addressOf(name);
  const crmUserId = isInSalesforce
    ? api.services.salesforce.addUser({ username: usernameOf(name), password: 'x', email }).id
    : `005000000000${String(name.length).padStart(3, '0')}AAA`;
  // People are taken in the order in which they came.
  api.clock.advance(1);
  const id = newId<UserId>(api.clock.now());
  await query(
    api,
    `insert into users (id, organization_id, crm_user_id, username, email, time_zone, role, created_at, full_name, profile_id,
       mailbox_address, origin)
     values ($1, $2, $3, $4, $5, 'Europe/Berlin', 'user', $6, $7, $8, $9, 'csv')`,
    [
      ...[id, organizationId, crmUserId, usernameOf(name), email, new Date(api.clock.now()), name, profileId],
      address,
    ],
  );
  return id;
}

/** A profile with as many people as told, all approved for Salesforce: `person0` and so on. */
export async function staff(
  company: Company,
  people: number,
  accesses: { readonly mail?: boolean; readonly crm?: boolean } = { mail: true, crm: true },
): Promise<ProfileId> {
  const profileId = await makeProfile(company.api, `Profile of ${people}`, {
    ...(accesses.mail === true ? { mail: company.mailAccess } : {}),
    ...(accesses.crm === true ? { crm: company.crmAccess } : {}),
  });
  const names = Array.from({ length: people }, (_, at) => `person${at}`);
  for (const name of names) await addColleague(company, profileId, name);
  approve(company, names.map(usernameOf));
  return profileId;
}

export async function putRollout(
  company: Company,
  form: RolloutForm,
  id: RolloutId = newId<RolloutId>(company.api.clock.now()),
): Promise<RolloutId> {
  const answer = await company.anna.call('PUT', `/api/admin/rollouts/${id}`, form);
  if (answer.status !== 200) throw new Error(`the roll-out answered ${answer.text}`);
  return id;
}

export async function act({ anna, api }: Company, id: RolloutId, name: string): Promise<RolloutView> {
  api.clock.advance(1);
  const answer = await anna.call<RolloutView>('POST', `/api/admin/rollouts/${id}/${name}`);
  if (answer.status !== 200) throw new Error(`${name} answered ${answer.text}`);
  return answer.body;
}

export async function view({ anna }: Company, id: RolloutId): Promise<RolloutView> {
  return (await anna.call<RolloutView>('GET', `/api/admin/rollouts/${id}`)).body;
}

export async function members({ anna }: Company, id: RolloutId): Promise<readonly RolloutMember[]> {
  const { body } = await anna.call<{ items: RolloutMember[] }>(
    'GET',
    `/api/admin/rollouts/${id}/members?limit=200`,
  );
  return body.items;
}

let claims = 0;

/** Claims what is due as a worker does; null: nothing is. */
export async function claimOne({ api }: Company, leaseMs = 90_000): Promise<RolloutLease | null> {
  claims += 1;
  const holder = `test#${claims}`;
  const [lease] = await acrossOrganizations(api.lockstep.ports.db, (tx) =>
    claimRollouts(tx, { holder, now: api.clock.now(), leaseMs, limit: 1 }),
  );
  return lease ?? null;
}

/** Carries on whatever is due, as a worker does, until nothing is. */
export async function workOff(company: Company): Promise<void> {
  const { ports } = company.api.lockstep;
  for (let lease = await claimOne(company); lease !== null; lease = await claimOne(company)) {
    const held = lease;
    await runRollout(ports, held, new AbortController().signal);
    await inOrganization(ports.db, held.organizationId, (tx) =>
      releaseRollout(tx, held, { againAt: company.api.clock.now() }),
    );
  }
}

/** How often each mailbox was switched on, by its address, as the audit has it. */
export async function activations({ api }: Company): Promise<Readonly<Record<string, number>>> {
  const rows = await query<{ address: string; times: string }>(
    api,
    `select address, count(*) as times from audit join mailboxes on mailboxes.id = subject_id::uuid
     where action = 'mailbox.activated' group by address order by address`,
  );
  return Object.fromEntries(rows.map(({ address, times }) => [address, Number(times)]));
}
