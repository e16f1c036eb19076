/** The Office 365 connector keeps the contract of a mail service, on the simulated Entra ID and Graph. */
import type { ItemId } from '../../src/model/ids.ts';
import type { MailWorld } from '../support/mail-world.ts';
import {
  ALIAS,
  ANN,
  APP_ROLES,
  keepLazily,
  type Office365Bench,
  openBench,
} from '../support/office365-bench.ts';
import { rawMail } from '../support/raw-mail.ts';
import { runMailContract } from './mail-connector.contract.ts';

function open(through: 'consent' | 'access' = 'consent'): MailWorld {
  const bench = openBench();
  const { simulator, advance, signIn, connect } = bench;
  const isOwn = through === 'consent';
  const good = keepLazily(async () => (await signIn()).credential);
  const dead = () =>
    keepLazily(async () => ({ accessToken: null, refreshToken: 'a token that nobody gave', renewAt: 0 }));
  const folder = (path: string) => (path === 'sent' ? 'sentitems' : path);
  const reopen = (password?: string) =>
    isOwn ? connect(password === undefined ? good : dead()) : connectThroughAccess(bench, password);
  let mails = 0;
  let callsBefore = 0;
  return {
    mail: reopen(),
    refusal: isOwn ? 'authorization-revoked' : 'request-invalid',
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
      simulator.snapshot(ANN).messages.find(({ id }) => id === itemId)?.categories ?? [],
    move(itemId, path) {
      simulator.move(ANN, itemId, folder(path));
      return itemId;
    },
    remove: (itemId) => simulator.remove(ANN, itemId, 'hard'),
    createFolder: (path) => {
      simulator.createFolder(ANN, path);
    },
    removeFolder: (path) => simulator.removeFolder(ANN, path),
    expireCursors: () => simulator.expireDeltaTokens(ANN),
    throttle(forMs) {
      simulator.throttle(ANN, forMs);
      callsBefore = simulator.requests.count();
    },
    // A batch is one call, whatever is in it.
    callsWhileThrottled: () => simulator.requests.count() - callsBefore,
    notificationsSent: () => simulator.notificationsSent().length,
    advance,
    close: async () => undefined,
  };
}

/** By an application of the company's own, with its secret or another text. */
function connectThroughAccess({ simulator, service }: Office365Bench, secret = 'company-secret') {
  const clientId = 'company-app';
  simulator.addApplication({
    clientId,
    name: 'Company',
    redirectUris: [],
    secrets: [{ value: 'company-secret' }],
  });
  simulator.grantAdminConsent('contoso.test', clientId, { roles: [...APP_ROLES, 'User.Read.All'] });
  const own = service.massAccess?.reach({ address: ANN, login: null });
  const settings = { access: 'application', tenant: 'contoso.test', clientId, ...own?.settings };
  const keeper = keepLazily(async () => ({ clientSecret: secret, certificate: null }));
  const connection = { account: ANN, credential: null, settings };
  return service.open(connection, { signal: new AbortController().signal, keeper });
}

runMailContract({ name: 'Office 365 on the simulator', open });
runMailContract({ name: 'Office 365 through an access', open: () => open('access') });
