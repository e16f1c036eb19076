/** The Exchange connector keeps the contract of a mail service, on the simulated Exchange. */
import { createExchangeSimulator, type ExchangeSimulator } from '../../simulators/exchange/simulator.ts';
import type { BearerCredential } from '../../src/connectors/exchange/bearer-sign-in.ts';
import { createExchangeConnector } from '../../src/connectors/exchange/connector.ts';
import type { Fetch } from '../../src/connectors/http.ts';
import { HOUR } from '../../src/model/clock.ts';
import { failure, RemoteFailure } from '../../src/model/failure.ts';
import type { ItemId } from '../../src/model/ids.ts';
import type { MailWorld } from '../support/mail-world.ts';
import { rawMail } from '../support/raw-mail.ts';
import { seededRandom } from '../support/seed.ts';
import { runMailContract } from './mail-connector.contract.ts';

const ANN = 'ann@contoso.test';
const ALIAS = 'a.lee@contoso.test';
const ORIGIN = 'https://mail.contoso.test';

interface Server {
  readonly hasCommitMarks?: boolean;
  /** How far its clock is ahead of ours. */
  readonly aheadMs?: number;
  /** It takes tokens and no password. */
  readonly takesTokens?: boolean;
  /** A service account signs in and acts for the mailbox. */
  readonly impersonates?: boolean;
}

function open({
  aheadMs = 0,
  takesTokens = false,
  impersonates = false,
  ...options
}: Server = {}): MailWorld {
  let now = Date.UTC(2026, 0, 5, 8);
  const simulator = createExchangeSimulator({ now: () => now + aheadMs, origin: ORIGIN, ...options });
  if (takesTokens) simulator.world.auth = ['bearer'];
  simulator.addMailbox({ address: ANN, displayName: 'Ann Lee', password: 'pw', aliases: [ALIAS] });
  simulator.addServiceAccount({ userName: 'robot', password: 'pw', impersonates: [ANN] });
  const login = impersonates ? 'CONTOSO\\robot' : ANN;
  const fetch: Fetch = (url, { method, headers, body, signal, redirect }) =>
    simulator.fetch(
      new Request(url, { method, headers, signal, redirect, ...(body === undefined ? {} : { body }) }),
    );
  const reopen = (password = 'pw') =>
    createExchangeConnector({
      ewsUrl: `${ORIGIN}/EWS/Exchange.asmx`,
      credential: takesTokens ? tokensOf(simulator, password) : { login, password },
      ...(impersonates ? { mailbox: ANN } : {}),
      fetch,
      clock: { now: () => now, sleep: () => new Promise<void>(() => undefined) },
      random: seededRandom(1),
    });
  const folder = (path: string) => (path === 'sent' ? 'sentitems' : path);
  let mails = 0;
  return {
    mail: reopen(),
    refusal: takesTokens ? 'authorization-revoked' : 'credentials-rejected',
    addresses: [ANN, ALIAS],
    reopen,
    deliver(path, mail) {
      mails += 1;
      return simulator.deliver(ANN, folder(path), rawMail(ANN, mail, mails), {
        ...(mail.categories === undefined ? {} : { categories: [...mail.categories] }),
        ...(mail.receivedAt === undefined ? {} : { receivedAt: mail.receivedAt }),
      }) as ItemId;
    },
    setCategories: (itemId, categories) => simulator.setCategories(ANN, itemId, [...categories]),
    categoriesOf: (itemId) =>
      simulator.world.directory.mailboxes.get(ANN)?.items.get(itemId)?.categories ?? [],
    move: (itemId, path) => simulator.move(ANN, itemId, folder(path)) as ItemId,
    remove: (itemId) => simulator.remove(ANN, itemId, 'hard'),
    createFolder: (path) => {
      simulator.createFolder(ANN, path);
    },
    removeFolder: (path) => simulator.removeFolder(ANN, path),
    expireCursors: () => simulator.expireSyncStates(ANN),
    throttle: (forMs) => simulator.throttle(ANN, forMs),
    callsWhileThrottled: () => simulator.callsWhileThrottled(ANN),
    notificationsSent: () => simulator.notificationsSent().length,
    advance: (ms) => {
      now += ms;
    },
    close: async () => undefined,
  };
}

/** A token of the company's own sign-in service, or one that it never gave. */
function tokensOf({ adfs }: ExchangeSimulator, password: string): BearerCredential {
  const clientId = 'client';
  adfs.addClient({ clientId, clientSecret: null, redirectUris: [], resource: ORIGIN });
  const token = password === 'pw' ? adfs.issue(clientId, ANN) : 'never-given';
  const renew = () => Promise.reject(new RemoteFailure(failure('mailbox.grant-ended')));
  return { login: ANN, tokens: { token: () => Promise.resolve(token), renew } };
}

runMailContract({ name: 'Exchange', open });
runMailContract({ name: 'Exchange with modern authentication', open: () => open({ takesTokens: true }) });
runMailContract({
  name: 'Exchange through a service account that impersonates',
  open: () => open({ impersonates: true }),
});

const IDLE_TESTS = [
  'an idle visit is two requests at most, and nothing moved',
  'only the folder that moved is said to have moved',
];
runMailContract({
  name: 'Exchange without marks of time',
  open: () => open({ hasCommitMarks: false }),
  skip: [{ reason: 'without marks every folder must be read to know whether it moved', tests: IDLE_TESTS }],
});
runMailContract({
  name: 'Exchange with a clock that is fast',
  open: () => open({ aheadMs: HOUR }),
  skip: [{ reason: 'marks from the future are not trusted until their time has come', tests: IDLE_TESTS }],
});
