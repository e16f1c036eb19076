/** The port by which e-mails leave. What they say is composed beside it; by which server they leave, the composition root decides. */

export interface Mail {
  /** Names the e-mail, so that a server or a mail client that gets it twice may know it. */
  readonly id: string;
  readonly to: readonly string[];
  readonly subject: string;
  readonly text: string;
  readonly html: string;
}

export interface Mailer {
  /** Resolves when a server has taken the e-mail. Rejects with `MailNotSent`. */
  send(mail: Mail): Promise<void>;
  /** Signs in and sends nothing. Rejects with `MailNotSent`. */
  verify(): Promise<void>;
  close(): void;
}

/** An e-mail that did not leave. It carries a code and nothing of the e-mail: servers quote addresses in their answers. */
export class MailNotSent extends Error {
  /** `ECONNECTION`, `EAUTH`, `SMTP 550`. */
  readonly code: string;
  /** The server will refuse it again: trying anew is of no use. */
  readonly isFinal: boolean;
  constructor(code: string, isFinal: boolean) {
    super(`the e-mail was not sent (${code})`);
    this.name = 'MailNotSent';
    this.code = code;
    this.isFinal = isFinal;
  }
}
