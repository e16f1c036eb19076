/** A mail server for one test (smtp-server): takes e-mails, parses them, and can refuse. */
import type { AddressInfo, Socket } from 'node:net';
import PostalMime, { type Email } from 'postal-mime';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';

export interface SmtpSink extends AsyncDisposable {
  readonly port: number;
  /** As they came, in order, with the envelope's recipients and whether they came over TLS. */
  readonly received: { readonly mail: Email; readonly to: readonly string[]; readonly secure: boolean }[];
  /** Refuses recipients with this answer; null takes all. */
  refusal: { readonly status: number; readonly text: string } | null;
}

export async function openSmtpSink(options: SMTPServerOptions = {}): Promise<SmtpSink> {
  const received: SmtpSink['received'] = [];
  const server = new SMTPServer({
    authOptional: true,
    disableReverseLookup: true,
    logger: false,
    ...options,
    onRcptTo(_address, _session, done) {
      const { refusal } = sink;
      if (refusal === null) return done();
      done(Object.assign(new Error(refusal.text), { responseCode: refusal.status }));
    },
    onData(stream, session, done) {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        const to = session.envelope.rcptTo.map(({ address }) => address);
        PostalMime.parse(Buffer.concat(chunks)).then((mail) => {
          received.push({ mail, to, secure: session.secure });
          done();
        }, done);
      });
    },
  });
  server.on('error', () => undefined);
  const sockets = new Set<Socket>();
  server.server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, 'localhost', resolve));
  const sink: SmtpSink = {
    port: (server.server.address() as AddressInfo).port,
    received,
    refusal: null,
    [Symbol.asyncDispose]: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
  return sink;
}
