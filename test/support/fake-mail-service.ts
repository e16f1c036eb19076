/**
 * A mail service that signs people in on pages of its own, in memory: accounts, a consent page with every way it can end, grants that can be
 * withdrawn. It keeps the contract of `model/connector.ts` and is nobody's protocol; what is proven with it holds for every such service.
 */
import type { MailConnector, MailService, PreparedConnection } from '../../src/model/connector.ts';
import { failure, RemoteFailure } from '../../src/model/failure.ts';
import { createMemoryMailbox, type MemoryMailbox, openMemoryMailbox, putItem } from './memory-mailbox.ts';

/** How a person, or the service, ends the consent page. */
export type Decision = 'accept' | 'decline' | 'needs-approval' | 'untick';

export interface FakeMailService {
  readonly service: MailService;
  readonly accounts: Map<string, MemoryMailbox>;
  /** What consent pages were opened with. */
  readonly begun: { readonly url: string; readonly loginHint: string | null }[];
  /** How often a consent was turned into a grant. */
  readonly completed: { count: number };
  addAccount(address: string, ...aliases: readonly string[]): MemoryMailbox;
  /** Delivers a mail from Bob, with the Message-ID `<item-N@outside.test>`, N counting per mailbox. */
  deliver(address: string, subject: string): void;
  /** What the browser is sent back to from the consent page of `url`, by somebody with this account. */
  decide(url: string, address: string, decision?: Decision): string;
  /** Withdraws all grants of an account, as its owner or a changed password would. */
  withdraw(address: string): void;
}

export const APPROVAL_URL = 'https://approval.test/adminconsent?client_id=lockstep';

interface FakeOptions {
  readonly name: string;
  readonly displayName: string;
  readonly redirectUri: string;
  readonly now: () => number;
  readonly approvalUrl?: string | null;
}

/** Opens the service without accounts. */
export function createFakeMailService(options: FakeOptions): FakeMailService {
  const { name, displayName, redirectUri, now, approvalUrl = APPROVAL_URL } = options;
  const accounts = new Map<string, MemoryMailbox>();
  const grants = new Map<string, string>();
  const codes = new Map<string, { readonly address: string; readonly decision: Decision }>();
  const begun: { url: string; loginHint: string | null }[] = [];
  const completed = { count: 0 };
  let last = 0;
  const next = (kind: string) => {
    last += 1;
    return `${name}-${kind}-secret-${last}`;
  };

  const complete = async (details: unknown, callbackUrl: string): Promise<PreparedConnection> => {
    completed.count += 1;
    const query = new URL(callbackUrl).searchParams;
    const { state } = details as { state: string };
    const error = query.get('error');
    if (query.get('state') !== state) throw new Error('the way back is another consent’s');
    if (error === 'access_denied') throw new RemoteFailure(failure('mailbox.consent-declined'));
    if (error !== null) throw new RemoteFailure(failure('mailbox.admin-approval-needed'));
    const code = codes.get(query.get('code') ?? '');
    codes.delete(query.get('code') ?? '');
    if (code === undefined) throw new RemoteFailure(failure('mailbox.grant-ended'));
    if (code.decision === 'untick')
      throw new RemoteFailure(failure('mailbox.scope-missing', { fields: ['mail.modify'] }));
    const token = next('token');
    grants.set(token, code.address);
    return { account: code.address, credential: { token }, settings: {} };
  };
  const service: MailService = {
    service: name,
    displayName,
    massAccess: null,
    hints: { able: false, reason: 'Nobody tells anything here.' },
    consent: {
      approvalUrl,
      async begin({ loginHint }) {
        const state = next('state');
        const url = `https://signin.${name}.test/authorize?state=${state}&login_hint=${loginHint ?? ''}`;
        begun.push({ url, loginHint });
        return { url, state, details: { state, verifier: next('verifier') } };
      },
      complete,
      async revoke(credential) {
        grants.delete((credential as { token: string }).token);
        return 'done';
      },
    },
    prepare: () => Promise.reject(new RemoteFailure(failure('mailbox.service-not-set-up'))),
    open(connection) {
      const { token } = connection.credential as { token: string };
      const mailbox = accounts.get(grants.get(token) ?? '');
      const valid = () => grants.has(token);
      return guarded(openMemoryMailbox(mailbox ?? createMemoryMailbox(now)), valid);
    },
    webLink: (_connection, itemId) => `https://mail.${name}.test/read/${itemId}`,
  };
  return {
    service,
    accounts,
    begun,
    completed,
    addAccount(address, ...aliases) {
      const mailbox = { ...createMemoryMailbox(now), addresses: [address, ...aliases] as const };
      accounts.set(address, mailbox);
      return mailbox;
    },
    deliver(address, subject) {
      const mailbox = accounts.get(address);
      if (mailbox === undefined) throw new Error('there is no such account');
      putItem(mailbox, 'inbox', { subject, body: 'Hello.', attachments: [], receivedAt: now() - 1_000 }, []);
    },
    decide(url, address, decision = 'accept') {
      const state = new URL(url).searchParams.get('state') ?? '';
      const back = new URL(redirectUri);
      back.searchParams.set('state', state);
      if (decision === 'decline') back.searchParams.set('error', 'access_denied');
      else if (decision === 'needs-approval') back.searchParams.set('error', 'consent_required');
      else {
        const code = next('code');
        codes.set(code, { address, decision });
        back.searchParams.set('code', code);
      }
      return back.href;
    },
    withdraw(address) {
      for (const [token, owner] of grants) if (owner === address) grants.delete(token);
    },
  };
}

/** The connector, as long as its grant is good. */
function guarded(connector: MailConnector, valid: () => boolean): MailConnector {
  const check = async () => {
    if (!valid()) throw new RemoteFailure(failure('mailbox.grant-ended'));
  };
  return {
    ...connector,
    identify: () => check().then(() => connector.identify()),
    check: () => check().then(() => connector.check()),
    listFeeds: (known) => check().then(() => connector.listFeeds(known)),
    readChanges: (feed, cursor) => check().then(() => connector.readChanges(feed, cursor)),
    readHeads: (items) => check().then(() => connector.readHeads(items)),
    find: (wish) => check().then(() => connector.find(wish)),
    readContents: (items, limits) => check().then(() => connector.readContents(items, limits)),
    mark: (marks) => check().then(() => connector.mark(marks)),
  };
}
