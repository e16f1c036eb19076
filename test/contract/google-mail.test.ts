/** The Gmail connector keeps the contract of a mail service, on the simulated Google. */
import type { ServiceAccountKey } from '../../simulators/google/administration.ts';
import type { GoogleSimulator } from '../../simulators/google/simulator.ts';
import type { MailService } from '../../src/model/connector.ts';
import type { ItemId } from '../../src/model/ids.ts';
import { ALIAS, ANN, keepInMemory, SCOPES, signInToGoogle } from '../support/google-bench.ts';
import type { MailWorld, NewMail } from '../support/mail-world.ts';
import { runMailContract } from './mail-connector.contract.ts';

const SYSTEM: Readonly<Record<string, readonly string[]>> = {
  inbox: ['INBOX', 'UNREAD'],
  sent: ['SENT'],
  drafts: ['DRAFT'],
  deleteditems: ['TRASH'],
};

async function open({ pageOverlap = 0, delegated = false } = {}): Promise<MailWorld> {
  const { simulator, clock, prepared, connect: connectOwn, service } = await signInToGoogle();
  const robots = delegated ? delegate(simulator, service) : null;
  const connect = () => robots?.open('good') ?? connectOwn();
  simulator.world.pageOverlap = pageOverlap;
  const nameOf = new Map<string, string>();
  /** Folders and categories alike are labels. */
  const label = (name: string): string => {
    const known = nameOf.get(name) ?? simulator.snapshot(ANN).labels.find((one) => one.name === name)?.id;
    const id = known ?? simulator.createLabel(ANN, name);
    nameOf.set(name, id);
    return id;
  };
  const labelsOf = (folder: string): string[] => [...(SYSTEM[folder] ?? [label(folder)])];
  const stored = (itemId: ItemId) => simulator.snapshot(ANN).messages.find(({ id }) => id === itemId);
  let mails = 0;
  return {
    mail: connect(),
    addresses: [ANN, ALIAS],
    reopen(password) {
      if (password === undefined) return connect();
      if (robots !== null) return robots.open('stranger');
      const credential = { accessToken: null, refreshToken: password, expiresAt: null };
      const signal = new AbortController().signal;
      return service.open({ ...prepared, credential }, { signal, keeper: keepInMemory(credential) });
    },
    deliver(folder, mail) {
      mails += 1;
      return simulator.deliver(ANN, rawMail(mail, mails), {
        labels: [...labelsOf(folder), ...(mail.categories ?? []).map(label)],
        ...(mail.receivedAt === undefined ? {} : { receivedAt: mail.receivedAt }),
      }) as ItemId;
    },
    setCategories(itemId, categories) {
      const wanted = categories.map(label);
      const old = (stored(itemId)?.labelIds ?? []).filter((id) => id.startsWith('Label_'));
      simulator.changeLabels(
        ANN,
        itemId,
        wanted,
        old.filter((id) => !wanted.includes(id)),
      );
    },
    categoriesOf: (itemId) => {
      const { labels } = simulator.snapshot(ANN);
      const ids = stored(itemId)?.labelIds ?? [];
      return labels.flatMap(({ id, name }) => (id.startsWith('Label_') && ids.includes(id) ? [name] : []));
    },
    move(itemId, folder) {
      simulator.changeLabels(ANN, itemId, labelsOf(folder), ['INBOX', 'SENT']);
      return itemId;
    },
    remove: (itemId) => simulator.remove(ANN, itemId),
    createFolder: (path) => {
      label(path);
    },
    removeFolder: (path) => simulator.removeLabel(ANN, path),
    expireCursors: () => simulator.expireHistory(ANN),
    throttle: (forMs) => simulator.throttle(ANN, forMs),
    callsWhileThrottled: () => simulator.callsWhileThrottled(ANN),
    notificationsSent: () => simulator.notificationsSent().length,
    advance: clock.advance,
    close: async () => undefined,
    refusal: delegated ? 'permission-missing' : 'authorization-revoked',
  };
}

/** Two service accounts of the company: one that its administrator delegated to, and one that he did not. */
function delegate(simulator: GoogleSimulator, service: MailService) {
  const [good, stranger] = ['good', 'stranger'].map((name) =>
    simulator.addServiceAccount({ email: `${name}@project.test` }),
  ) as [ServiceAccountKey, ServiceAccountKey];
  simulator.delegate('contoso.test', good.client_id, SCOPES);
  const keys = { good, stranger };
  return {
    open(which: keyof typeof keys) {
      const { client_email: email, client_id: clientId, private_key: privateKey } = keys[which];
      const own = service.massAccess?.reach({ address: ANN, login: null });
      const settings = { serviceAccount: { email, clientId }, ...own?.settings };
      const credential = { keyId: keys[which].private_key_id, privateKey };
      const signal = new AbortController().signal;
      const connection = { account: ANN, credential: null, settings };
      return service.open(connection, { signal, keeper: keepInMemory(credential) });
    },
  };
}

/** As it comes over the wire, attachments in base64. */
function rawMail({ subject, body = 'Hello.', attachments = [] }: NewMail, number: number): Buffer {
  const head = [
    'From: Bob <bob@outside.test>',
    `To: Ann <${ANN}>`,
    `Subject: ${subject}`,
    `Message-ID: <mail-${number}@outside.test>`,
    'Date: Mon, 05 Jan 2026 07:00:00 +0000',
    'MIME-Version: 1.0',
    'Content-Type: multipart/mixed; boundary=cut',
    '',
  ];
  const text = ['--cut', 'Content-Type: text/plain; charset=utf-8', '', body];
  const files = attachments.flatMap(({ name, bytes }) => [
    '--cut',
    'Content-Type: application/octet-stream',
    'Content-Transfer-Encoding: base64',
    `Content-Disposition: attachment; filename="${name}"`,
    '',
    Buffer.from(bytes)
      .toString('base64')
      .replace(/(.{76})/g, '$1\r\n'),
  ]);
  return Buffer.from(`${[...head, ...text, ...files, '--cut--'].join('\r\n')}\r\n`);
}

runMailContract({ name: 'Gmail', open });
runMailContract({ name: 'Gmail through an access', open: () => open({ delegated: true }) });
runMailContract({
  name: 'Gmail whose pages overlap',
  open: () => open({ pageOverlap: 3 }),
  skip: [
    {
      reason: 'entries of a page come again on the next one, which runs take as known',
      tests: [
        'tells a first read newest first, each item once, and ends',
        'goes on from a cursor in the middle, also in another process',
      ],
    },
  ],
});
