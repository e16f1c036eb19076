/** E-mail against a real mail server: TLS with a checked certificate, what arrives, and errors that say nothing of the e-mail. */
import { afterEach, describe, expect, it } from 'vitest';
import { createSelfSigned } from '../../simulators/shared/self-signed.ts';
import { type Mail, type Mailer, MailNotSent } from '../../src/notify/mailer.ts';
import { createSmtpMailer, type SmtpSettings } from '../../src/notify/smtp-mailer.ts';
import { closedPort } from '../support/closed-port.ts';
import { openSmtpSink } from '../support/smtp-sink.ts';

const mail: Mail = {
  id: '0197-notice',
  to: ['anna@contoso.example'],
  subject: 'Sync has stopped: Größe',
  text: 'Sync has stopped. Größe.\n',
  html: '<p>Sync has stopped. Größe.</p>',
};

const mailers: Mailer[] = [];
afterEach(() => {
  for (const mailer of mailers.splice(0)) mailer.close();
});

function open(port: number, more: Partial<SmtpSettings> = {}): Mailer {
  const mailer = createSmtpMailer({
    host: 'localhost',
    port,
    implicitTls: false,
    isLoopback: true,
    auth: null,
    from: 'Lockstep <lockstep@acme.example>',
    extraCa: [],
    ...more,
  });
  mailers.push(mailer);
  return mailer;
}

async function failureOf(work: Promise<void>): Promise<MailNotSent> {
  const error: unknown = await work.then(
    () => null,
    (caught: unknown) => caught,
  );
  if (!(error instanceof MailNotSent)) throw new Error(`it ended with ${String(error)}`);
  return error;
}

const elsewhere = { isLoopback: false };

describe('an e-mail', () => {
  it('arrives with both forms, its own name, and the mark of automatic mail', async () => {
    await using sink = await openSmtpSink({ disabledCommands: ['STARTTLS', 'AUTH'] });
    await open(sink.port).send(mail);
    const [arrived] = sink.received;
    expect(arrived?.to).toEqual(mail.to);
    expect(arrived?.mail).toMatchObject({
      subject: mail.subject,
      text: expect.stringContaining('Sync has stopped. Größe.'),
      messageId: '<0197-notice@acme.example>',
      from: { address: 'lockstep@acme.example', name: 'Lockstep' },
    });
    expect(arrived?.mail.html).toContain('Größe');
    expect(arrived?.mail.headers).toContainEqual(
      expect.objectContaining({ key: 'auto-submitted', value: 'auto-generated' }),
    );
  });

  it('leaves in TLS, by STARTTLS or from the first byte, where the authority is known', async () => {
    const { key, cert } = createSelfSigned('localhost', Date.now());
    for (const implicitTls of [false, true]) {
      await using sink = await openSmtpSink({ key, cert, secure: implicitTls });
      const mailer = open(sink.port, { ...elsewhere, implicitTls, extraCa: [cert] });
      await mailer.verify();
      await mailer.send(mail);
      expect(sink.received.map(({ secure }) => secure)).toEqual([true]);
    }
  });

  it('does not leave where the certificate is not trusted, or is another host’s', async () => {
    const own = createSelfSigned('localhost', Date.now());
    const others = createSelfSigned('mail.other.example', Date.now());
    for (const [served, extraCa] of [
      [own, []],
      [others, [others.cert]],
    ] as const) {
      await using sink = await openSmtpSink({ key: served.key, cert: served.cert });
      const error = await failureOf(open(sink.port, { ...elsewhere, extraCa }).send(mail));
      expect(error.isFinal).toBe(false);
      expect(sink.received).toEqual([]);
    }
  });

  it('does not leave in the clear, nor over TLS 1.1', async () => {
    const { key, cert } = createSelfSigned('localhost', Date.now());
    await using plain = await openSmtpSink({ disabledCommands: ['STARTTLS'] });
    await failureOf(open(plain.port, elsewhere).send(mail));
    await using old = await openSmtpSink({
      ...{ key, cert, secure: true, minVersion: 'TLSv1.1', maxVersion: 'TLSv1.1' },
    });
    await failureOf(open(old.port, { ...elsewhere, implicitTls: true, extraCa: [cert] }).send(mail));
    expect([...plain.received, ...old.received]).toEqual([]);
  });

  it('is sent as the user that is configured, and a refused password is no final word', async () => {
    await using sink = await openSmtpSink({
      authOptional: false,
      allowInsecureAuth: true,
      disabledCommands: ['STARTTLS'],
      onAuth: ({ username, password }, _session, done) =>
        username === 'lockstep' && password === 'right'
          ? done(null, { user: 'lockstep' })
          : done(new Error('Invalid username or password')),
    });
    await open(sink.port, { auth: { user: 'lockstep', pass: 'right' } }).send(mail);
    expect(sink.received).toHaveLength(1);
    const error = await failureOf(open(sink.port, { auth: { user: 'lockstep', pass: 'wrong' } }).send(mail));
    expect(error).toMatchObject({ code: 'SMTP 535', isFinal: false });
    expect(JSON.stringify(error, Object.getOwnPropertyNames(error))).not.toContain('wrong');
  });

  it.each([
    [550, true],
    [451, false],
  ])('that is refused with %i says so and nothing of its recipient', async (status, isFinal) => {
    await using sink = await openSmtpSink({ disabledCommands: ['STARTTLS', 'AUTH'] });
    sink.refusal = { status, text: 'anna@contoso.example is unknown here' };
    const error = await failureOf(open(sink.port).send(mail));
    expect(error).toMatchObject({ code: `SMTP ${status}`, isFinal });
    expect(`${error.message}${error.stack}${JSON.stringify(error.cause ?? '')}`).not.toContain('anna');
  });

  it('to a server that is away fails and may be tried again', async () => {
    expect(await failureOf(open(await closedPort()).send(mail))).toMatchObject({ isFinal: false });
  });
});
