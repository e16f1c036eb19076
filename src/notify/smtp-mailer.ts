/**
 * E-mail over SMTP (nodemailer): TLS 1.2 or newer with a checked certificate to everything but this machine, a few kept connections, and time limits
 * on every step. Its errors are codes; what servers answer quotes addresses and goes no further.
 */
import { rootCertificates } from 'node:tls';
import { createTransport } from 'nodemailer';
import { type Mail, type Mailer, MailNotSent } from './mailer.ts';

export interface SmtpSettings {
  readonly host: string;
  readonly port: number;
  /** TLS from the first byte; else STARTTLS, which must succeed. */
  readonly implicitTls: boolean;
  /** This machine itself: no TLS is asked for. */
  readonly isLoopback: boolean;
  readonly auth: { readonly user: string; readonly pass: string } | null;
  /** `Lockstep <lockstep@acme.com>`, or an address alone. */
  readonly from: string;
  /** PEM texts of the company's own authorities, beside the public ones. */
  readonly extraCa: readonly string[];
}

const CONNECT_MS = 15_000;
const SILENCE_MS = 60_000;
const CONNECTIONS_MAX = 3;
/** By which others tell automatic mail: nobody's holiday answer comes back (RFC 3834, 5). */
const headers = { 'Auto-Submitted': 'auto-generated', 'X-Auto-Response-Suppress': 'All' };

/** Opens nothing yet; the first e-mail does. */
export function createSmtpMailer(settings: SmtpSettings): Mailer {
  const { host, port, implicitTls, isLoopback, auth, from, extraCa } = settings;
  const transport = createTransport({
    pool: true,
    maxConnections: CONNECTIONS_MAX,
    host,
    port,
    secure: implicitTls,
    requireTLS: !implicitTls && !isLoopback,
    ignoreTLS: !implicitTls && isLoopback,
    ...(auth === null ? {} : { auth: { ...auth } }),
    tls: {
      minVersion: 'TLSv1.2',
      rejectUnauthorized: true,
      ...(extraCa.length === 0 ? {} : { ca: [...rootCertificates, ...extraCa] }),
    },
    connectionTimeout: CONNECT_MS,
    greetingTimeout: CONNECT_MS,
    socketTimeout: SILENCE_MS,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  const domain = domainOf(from);
  return {
    async send({ id, to, subject, text, html }: Mail) {
      const messageId = `<${id}@${domain}>`;
      await transport
        .sendMail({ from, to: [...to], subject, text, html, messageId, headers })
        .catch(withoutText);
    },
    async verify() {
      await transport.verify().catch(withoutText);
    },
    close: () => transport.close(),
  };
}

function domainOf(from: string): string {
  return /@([\w.-]+)>?\s*$/.exec(from)?.[1] ?? 'lockstep.invalid';
}

function withoutText(error: unknown): never {
  const { code, responseCode } = error as { code?: unknown; responseCode?: unknown };
  const status = typeof responseCode === 'number' ? responseCode : null;
  // 5xx is for good (RFC 5321, 4.2.1), but for a refused sign-in the operator may mend the password.
  const isFinal = status !== null && status >= 500 && code !== 'EAUTH';
  const word = typeof code === 'string' && /^[A-Z_]{1,40}$/.test(code) ? code : 'UNKNOWN';
  throw new MailNotSent(status === null ? word : `SMTP ${status}`, isFinal);
}
