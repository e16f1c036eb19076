/**
 * The sandbox's outbox: a mail server on loopback that takes whatever the product sends, and a page that shows it. Everything is in memory and gone with the
 * process; nothing is passed on to anybody.
 */
import { once } from 'node:events';
import type { AddressInfo, Socket } from 'node:net';
import PostalMime from 'postal-mime';
import { SMTPServer, type SMTPServerDataStream, type SMTPServerSession } from 'smtp-server';
import { type ServeOptions, serve } from '../simulators/shared/serve.ts';
import type { SmtpSettings } from '../src/notify/smtp-mailer.ts';
import { outboxPage } from './outbox-page.ts';

export interface OutboxMail {
  readonly from: string;
  readonly to: readonly string[];
  readonly subject: string;
  readonly text: string;
  readonly html: string;
  readonly receivedAt: Date;
  /** As it came. */
  readonly raw: Buffer;
}

export interface Outbox {
  /** The page. */
  readonly url: string;
  /** How the product reaches it. */
  readonly smtp: SmtpSettings;
  /** Oldest first. */
  mails(): readonly OutboxMail[];
  close(): Promise<void>;
}

const MAILS_MAX = 500;
const MAIL_BYTES_MAX = 1024 * 1024;

/** Opens both; `page` says where the page is. */
export async function openOutbox(page: ServeOptions): Promise<Outbox> {
  const mails: OutboxMail[] = [];
  const mailServer = await openMailServer((mail) => {
    mails.push(mail);
    if (mails.length > MAILS_MAX) mails.shift();
  });
  const served = await serve(async () => outboxPage(mails.toReversed()), page);
  return {
    url: served.origin,
    smtp: {
      host: 'localhost',
      port: mailServer.port,
      implicitTls: false,
      isLoopback: true,
      auth: null,
      from: 'Lockstep <lockstep@contoso.test>',
      extraCa: [],
    },
    mails: () => [...mails],
    async close() {
      await served.close();
      await mailServer.close();
    },
  };
}

async function openMailServer(
  take: (mail: OutboxMail) => void,
): Promise<{ port: number; close(): Promise<void> }> {
  const server = new SMTPServer({
    disabledCommands: ['STARTTLS', 'AUTH'],
    disableReverseLookup: true,
    logger: false,
    size: MAIL_BYTES_MAX,
    onData(stream, session, done) {
      readMail(stream, session).then(
        (mail) => {
          take(mail);
          done();
        },
        (error: Error) => done(error),
      );
    },
  });
  server.on('error', () => undefined);
  const sockets = new Set<Socket>();
  server.server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  server.listen(0, 'localhost');
  await once(server.server, 'listening');
  return {
    port: (server.server.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}

async function readMail(stream: SMTPServerDataStream, { envelope }: SMTPServerSession): Promise<OutboxMail> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  if (stream.sizeExceeded) throw Object.assign(new Error('too large'), { responseCode: 552 });
  const raw = Buffer.concat(chunks);
  const mail = await PostalMime.parse(raw);
  return {
    from: mail.from?.address ?? '',
    to: envelope.rcptTo.map(({ address }) => address),
    subject: mail.subject ?? '',
    text: mail.text ?? '',
    html: mail.html ?? '',
    receivedAt: new Date(),
    raw,
  };
}
