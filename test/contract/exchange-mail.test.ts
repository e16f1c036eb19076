/** The Exchange connector keeps the contract of a mail service, on the simulated Exchange. */
import { createExchangeSimulator } from '../../simulators/exchange/simulator.ts';
import { createExchangeConnector } from '../../src/connectors/exchange/connector.ts';
import type { Fetch } from '../../src/connectors/http.ts';
import { HOUR } from '../../src/model/clock.ts';
import type { ItemId } from '../../src/model/ids.ts';
import type { MailWorld, NewMail } from '../support/mail-world.ts';
import { seededRandom } from '../support/seed.ts';
import { runMailContract } from './mail-connector.contract.ts';

const ANN = 'ann@contoso.test';
const ALIAS = 'a.lee@contoso.test';
const ORIGIN = 'https://mail.contoso.test';

interface Server {
  readonly hasCommitMarks?: boolean;
  /** How far its clock is ahead of ours. */
  readonly aheadMs?: number;
}

function open({ aheadMs = 0, ...options }: Server = {}): MailWorld {
  let now = Date.UTC(2026, 0, 5, 8);
  const simulator = createExchangeSimulator({ now: () => now + aheadMs, origin: ORIGIN, ...options });
  simulator.addMailbox({ address: ANN, displayName: 'Ann Lee', password: 'pw', aliases: [ALIAS] });
  const fetch: Fetch = (url, { method, headers, body, signal, redirect }) =>
    simulator.fetch(
      new Request(url, { method, headers, signal, redirect, ...(body === undefined ? {} : { body }) }),
    );
  const reopen = (password = 'pw') =>
    createExchangeConnector({
      ewsUrl: `${ORIGIN}/EWS/Exchange.asmx`,
      credential: { login: ANN, password },
      fetch,
      clock: { now: () => now, sleep: () => new Promise<void>(() => undefined) },
      random: seededRandom(1),
    });
  const folder = (path: string) => (path === 'sent' ? 'sentitems' : path);
  let mails = 0;
  return {
    mail: reopen(),
    addresses: [ANN, ALIAS],
    reopen,
    deliver(path, mail) {
      mails += 1;
      return simulator.deliver(ANN, folder(path), rawMail(mail, mails), {
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

/** As it comes over the wire, attachments in base64. */
function rawMail({ subject, body = 'Hello.', attachments = [] }: NewMail, number: number): Uint8Array {
  const head = [
    'From: Bob <bob@outside.test>',
    `To: Ann <${ANN}>`,
    `Subject: ${subject}`,
    `Message-ID: <mail-${number}@outside.test>`,
    'Date: Mon, 05 Jan 2026 07:00:00 +0000',
    'MIME-Version: 1.0',
  ];
  const text = ['Content-Type: text/plain; charset=utf-8', '', body];
  const parts = attachments.map(({ name, bytes }) => [
    'Content-Type: application/octet-stream',
    'Content-Transfer-Encoding: base64',
    `Content-Disposition: attachment; filename="${name}"`,
    '',
    Buffer.from(bytes)
      .toString('base64')
      .replace(/(.{76})/g, '$1\r\n'),
  ]);
  const lines =
    parts.length === 0
      ? [...head, ...text]
      : [
          ...head,
          'Content-Type: multipart/mixed; boundary=cut',
          '',
          ...[text, ...parts].flatMap((part) => ['--cut', ...part]),
          '--cut--',
        ];
  return Buffer.from(`${lines.join('\r\n')}\r\n`);
}

runMailContract({ name: 'Exchange', open });

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
