/**
 * What is set up in a simulated Google before mail flows: domains, accounts, OAuth clients, service accounts with
 * their delegation, policies of administrators, topics.
 */
import { generateKeyPairSync } from 'node:crypto';
import { mustFindAccount } from './acts.ts';
import type { ApiName } from './api-quota.ts';
import { addCalendar } from './calendar/calendar-store.ts';
import { createMailbox } from './mailbox.ts';
import { createAddressBook } from './people/contact-store.ts';
import { publishChange } from './pubsub.ts';
import { readScopes } from './scopes.ts';
import { addTaskList, createTaskStore } from './tasks/task-store.ts';
import { makeSecret } from './tokens.ts';
import {
  type Account,
  type AppPolicy,
  type Domain,
  findAccount,
  type OAuthClient,
  type World,
} from './world.ts';

export interface NewAccount {
  email: string;
  password?: string;
  displayName?: string;
  aliases?: string[];
  /** IANA name; the zone of its primary calendar, UTC when absent. */
  timeZone?: string;
  /** Further addresses it sends as, beside its own and its aliases. */
  sendAs?: { sendAsEmail: string; displayName?: string; verificationStatus?: 'accepted' | 'pending' }[];
}

export interface NewClient {
  clientId: string;
  clientSecret: string;
  redirectUris: string[];
  name?: string;
  /** `internal` serves the accounts of `domain` only; external when absent. */
  userType?: 'internal' | 'external';
  domain?: string;
  /** Testing: only test users, and refresh tokens of seven days. Production when absent. */
  publishing?: 'testing' | 'production';
  testUsers?: string[];
}

/** The key file a Cloud project hands out for a service account. */
export interface ServiceAccountKey {
  type: 'service_account';
  project_id: string;
  private_key_id: string;
  private_key: string;
  client_email: string;
  client_id: string;
  token_uri: string;
}

export interface Administration {
  /** Makes a Workspace domain; accounts of other domains are consumer accounts. */
  addDomain(name: string): void;
  addAccount(account: NewAccount): void;
  addSendAs(address: string, sendAsEmail: string, verificationStatus?: 'accepted' | 'pending'): void;
  addClient(client: NewClient): void;
  setClientState(clientId: string, state: OAuthClient['state']): void;
  setPublishing(clientId: string, publishing: OAuthClient['publishing'], testUsers?: string[]): void;
  setGmailApi(clientId: string, isOn: boolean): void;
  /** Whether the project of a client has another API switched on. */
  setApi(clientId: string, api: ApiName, isOn: boolean): void;
  /** What a domain's administrator says of an app, by its client id. */
  setAppPolicy(domain: string, clientId: string, policy: AppPolicy): void;
  addServiceAccount(account: { email: string; clientId?: string }): ServiceAccountKey;
  /** Domain-wide delegation: exactly these scopes; none takes it away. */
  delegate(domain: string, clientId: string, scopes: string[]): void;
  /** Makes a topic and a subscription to pull from, by their full names. */
  addSubscription(name: string, topicName: string): void;
}

/** The administration of a world. */
export function createAdministration(world: World): Administration {
  return { ...peopleActs(world), ...clientActs(world), ...domainActs(world) };
}

function peopleActs(world: World) {
  return {
    addAccount(given: NewAccount) {
      const email = given.email.toLowerCase();
      if (findAccount(world, email) !== undefined) throw new Error('the address is taken');
      const account = makeAccount(world, given, email);
      account.mailbox.onChange = (labelIds) => publishChange(world, account, labelIds);
      world.accounts.push(account);
      const timeZone = given.timeZone ?? 'UTC';
      addCalendar(world, account, { id: account.email, summary: account.email, timeZone });
      addTaskList(world, account.tasks, 'My Tasks');
    },
    addSendAs(address: string, sendAsEmail: string, verificationStatus: 'accepted' | 'pending' = 'accepted') {
      const { sendAs, displayName } = mustFindAccount(world, address);
      sendAs.push({
        sendAsEmail: sendAsEmail.toLowerCase(),
        displayName,
        isPrimary: false,
        verificationStatus,
      });
    },
  };
}

function makeAccount(world: World, given: NewAccount, email: string): Account {
  const displayName = given.displayName ?? email.split('@')[0] ?? email;
  const aliases = (given.aliases ?? []).map((alias) => alias.toLowerCase());
  const others = [...aliases.map((sendAsEmail) => ({ sendAsEmail })), ...(given.sendAs ?? [])];
  world.lastNumber += 1;
  return {
    id: String(100_000_000_000_000 + world.lastNumber).padStart(21, '1'),
    email,
    aliases,
    domain: world.domains.get(email.split('@')[1] ?? ''),
    displayName,
    password: given.password ?? 'password',
    state: 'active',
    hasMailService: true,
    needsReauthentication: false,
    sendAs: [
      { sendAsEmail: email, displayName, isPrimary: true, verificationStatus: 'accepted' },
      ...others.map((each) => ({
        displayName,
        isPrimary: false,
        verificationStatus: 'accepted' as const,
        ...each,
      })),
    ],
    mailbox: createMailbox(world.now, world.random),
    grants: new Map(),
    watch: undefined,
    throttledUntil: 0,
    callsWhileThrottled: 0,
    usage: [],
    apiUsage: new Map(),
    servicesOff: new Set(),
    calendarList: new Map(),
    addressBook: createAddressBook(),
    tasks: createTaskStore(),
  };
}

function clientActs(world: World) {
  const clientOf = (clientId: string) => {
    const client = world.clients.get(clientId);
    if (client === undefined) throw new Error('no client has this id');
    return client;
  };
  return {
    addClient(given: NewClient) {
      world.clients.set(given.clientId, {
        clientId: given.clientId,
        clientSecret: given.clientSecret,
        redirectUris: given.redirectUris,
        name: given.name ?? given.clientId,
        userType: given.userType ?? 'external',
        domain: given.domain?.toLowerCase(),
        publishing: given.publishing ?? 'production',
        testUsers: given.testUsers ?? [],
        state: 'active',
        hasGmailApi: true,
        disabledApis: new Set(),
      });
    },
    setClientState(clientId: string, state: OAuthClient['state']) {
      clientOf(clientId).state = state;
    },
    setPublishing(clientId: string, publishing: OAuthClient['publishing'], testUsers?: string[]) {
      const client = clientOf(clientId);
      client.publishing = publishing;
      if (testUsers !== undefined) client.testUsers = testUsers;
    },
    setGmailApi(clientId: string, isOn: boolean) {
      clientOf(clientId).hasGmailApi = isOn;
    },
    setApi(clientId: string, api: ApiName, isOn: boolean) {
      const { disabledApis } = clientOf(clientId);
      if (isOn) disabledApis.delete(api);
      else disabledApis.add(api);
    },
    addServiceAccount(given: { email: string; clientId?: string }): ServiceAccountKey {
      const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
      world.lastNumber += 1;
      const clientId = given.clientId ?? String(world.lastNumber).padStart(21, '1');
      const keyId = makeSecret(20);
      world.serviceAccounts.set(given.email, { email: given.email, clientId, keyId, publicKey });
      return {
        type: 'service_account',
        project_id: 'simulated',
        private_key_id: keyId,
        private_key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
        client_email: given.email,
        client_id: clientId,
        token_uri: `${world.apiOrigin}/token`,
      };
    },
  };
}

function domainActs(world: World) {
  const domainOf = (name: string) => {
    const domain = world.domains.get(name.toLowerCase());
    if (domain === undefined) throw new Error('no such domain');
    return domain;
  };
  return {
    addDomain(name: string) {
      const domain: Domain = { name: name.toLowerCase(), delegations: new Map(), appPolicies: new Map() };
      world.domains.set(domain.name, domain);
    },
    setAppPolicy(domain: string, clientId: string, policy: AppPolicy) {
      domainOf(domain).appPolicies.set(clientId, policy);
    },
    delegate(domain: string, clientId: string, scopes: string[]) {
      domainOf(domain).delegations.set(clientId, new Set(readScopes(scopes.join(' '))));
    },
    addSubscription(name: string, topicName: string) {
      world.topics.add(topicName);
      world.subscriptions.set(name, { topicName, messages: [] });
    },
  };
}
