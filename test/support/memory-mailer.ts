/** A mailer that keeps what it is given, and can refuse: the product's outbox without a server. */
import { type Mail, type Mailer, MailNotSent } from '../../src/notify/mailer.ts';

export interface MemoryMailer extends Mailer {
  readonly mails: Mail[];
  /** Called before each e-mail is taken; may reject. */
  before: (mail: Mail) => Promise<void>;
  /** Refuses everything from now on with this code, or takes everything again. */
  refuse(code: string | null, isFinal?: boolean): void;
}

export function createMemoryMailer(): MemoryMailer {
  const mails: Mail[] = [];
  let refusal: MailNotSent | null = null;
  const mailer: MemoryMailer = {
    mails,
    before: () => Promise.resolve(),
    refuse(code, isFinal = false) {
      refusal = code === null ? null : new MailNotSent(code, isFinal);
    },
    async send(mail) {
      await mailer.before(mail);
      if (refusal !== null) throw refusal;
      mails.push(mail);
    },
    async verify() {
      if (refusal !== null) throw refusal;
    },
    close: () => undefined,
  };
  return mailer;
}

/** The token of the link in an e-mail; null when there is none. */
export function linkTokenOf(mail: Pick<Mail, 'text'> | undefined): string | null {
  return /#\/reconnect\/([\w-]+)/.exec(mail?.text ?? '')?.[1] ?? null;
}
