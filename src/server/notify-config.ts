/**
 * The part of the configuration that is about e-mail: by which server notices leave, and as whose. It reads the environment it is given and nothing else;
 * faults are sentences for the operator.
 */
import type { SmtpSettings } from '../notify/smtp-mailer.ts';

type Environment = Readonly<Record<string, string | undefined>>;

const SUBMISSION_PORT = 587;
const IMPLICIT_TLS_PORT = 465;

/** SMTP_URL and SMTP_FROM; null without them, and then nobody is told by e-mail. */
export function readSmtp(
  environment: Environment,
  extraCa: readonly string[],
  faults: string[],
): SmtpSettings | null {
  const text = environment.SMTP_URL ?? '';
  const from = environment.SMTP_FROM ?? '';
  if (text === '' && from === '') return null;
  const before = faults.length;
  const url = URL.canParse(text) ? new URL(text) : null;
  const isSmtp = url !== null && /^smtps?:$/.test(url.protocol) && url.hostname !== '';
  if (!isSmtp || !/^\/?$/.test(url.pathname) || url.search !== '')
    faults.push(
      'SMTP_URL must look like smtps://user:password@mail.acme.com or smtp://user:password@mail.acme.com:587, with the password in percent-encoding.',
    );
  if (!isSender(from)) faults.push('SMTP_FROM must be an address, as in Lockstep <lockstep@acme.com>.');
  if (faults.length > before || url === null) return null;
  const implicitTls = url.protocol === 'smtps:';
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const auth = readAuth(url, faults);
  return {
    host,
    port: url.port === '' ? (implicitTls ? IMPLICIT_TLS_PORT : SUBMISSION_PORT) : Number(url.port),
    implicitTls,
    isLoopback: /^(localhost|127(\.\d{1,3}){3}|::1)$/.test(host),
    auth,
    from,
    extraCa,
  };
}

function isSender(from: string): boolean {
  return /^(?:[^<>\r\n]{1,100}<[^\s<>@]+@[^\s<>@]+>|[^\s<>@]+@[^\s<>@]+)$/.test(from);
}

function readAuth(url: URL, faults: string[]): SmtpSettings['auth'] {
  if (url.username === '') return null;
  try {
    return { user: decodeURIComponent(url.username), pass: decodeURIComponent(url.password) };
  } catch {
    faults.push('SMTP_URL holds a user or password that is not in percent-encoding: write % as %25.');
    return null;
  }
}
