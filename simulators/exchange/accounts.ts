/**
 * Who may log in and what each may open: accounts with passwords, service accounts with an impersonation scope,
 * delegates with full access, mailboxes and folders that are denied. The state of a small Active Directory.
 */
import type { Mailbox } from './mailbox.ts';

/** One login. `impersonates` is the scope of the ApplicationImpersonation role: `all`, or addresses. */
export interface Account {
  userName: string;
  upn: string;
  password: string;
  /** `locked` and `disabled` cannot log in; `mailboxDisabled` can, but every call fails with ErrorAccountDisabled. */
  state: 'active' | 'locked' | 'disabled' | 'mailboxDisabled';
  mailbox: Mailbox | undefined;
  impersonates: 'all' | Set<string>;
  /** Lower-case addresses of other mailboxes it may open as a delegate. */
  fullAccess: Set<string>;
}

export interface Directory {
  readonly netbiosDomain: string;
  readonly dnsDomain: string;
  readonly hostName: string;
  accounts: Account[];
  mailboxes: Map<string, Mailbox>;
  /** Lower-case addresses of mailboxes that answer ErrorAccessDenied. */
  deniedMailboxes: Set<string>;
  /** Ids of folders that answer ErrorAccessDenied. */
  deniedFolders: Set<string>;
}

/** The account a login name means: `user`, `DOM\user`, `user@dom` or an alias address; letter case ignored. */
export function findAccount(directory: Directory, login: string): Account | undefined {
  const wanted = login.toLowerCase();
  const [domain, user] = wanted.includes('\\') ? wanted.split('\\', 2) : [undefined, wanted];
  if (domain !== undefined && domain !== '' && !isOwnDomain(directory, domain)) return undefined;
  return directory.accounts.find(
    (account) =>
      account.upn.toLowerCase() === user ||
      account.mailbox?.address.toLowerCase() === user ||
      account.userName.toLowerCase() === user,
  );
}

function isOwnDomain(directory: Directory, domain: string): boolean {
  return domain === directory.netbiosDomain.toLowerCase() || domain === directory.dnsDomain.toLowerCase();
}

/** The mailbox of a primary address or alias. */
export function findMailbox(directory: Directory, address: string): Mailbox | undefined {
  const wanted = address.toLowerCase();
  const direct = directory.mailboxes.get(wanted);
  if (direct !== undefined) return direct;
  for (const mailbox of directory.mailboxes.values()) {
    if (mailbox.aliases.some((alias) => alias.toLowerCase() === wanted)) return mailbox;
  }
  return undefined;
}

/** Whether the account may log in at all. */
export function canLogIn(account: Account): boolean {
  return account.state === 'active' || account.state === 'mailboxDisabled';
}

/** The account that `Authorization: Basic` proves; the password may have been sent as UTF-8 or as Latin-1. */
export function checkBasic(directory: Directory, credentials: string): Account | undefined {
  const bytes = Buffer.from(credentials, 'base64');
  const colon = bytes.indexOf(58);
  if (colon < 0) return undefined;
  for (const encoding of ['utf8', 'latin1'] as const) {
    const account = findAccount(directory, bytes.subarray(0, colon).toString(encoding));
    if (account === undefined || !canLogIn(account)) continue;
    const password = bytes.subarray(colon + 1);
    if (password.equals(Buffer.from(account.password)) || matchesLatin1(password, account.password))
      return account;
  }
  return undefined;
}

function matchesLatin1(sent: Buffer, password: string): boolean {
  return (
    Buffer.from(password, 'latin1').toString('latin1') === password && sent.toString('latin1') === password
  );
}
