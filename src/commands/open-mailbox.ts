/**
 * A person's mailbox and his CRM, opened for one act beside the runs: *Why?*, saving by hand, taking back. Works in every state in which the credential
 * may be used; where it may not, the person is told why by the catalogue. It takes no lease.
 */
import type { Rules } from '../decide/rules.ts';
import type { CrmConnector, MailConnector, MailService } from '../model/connector.ts';
import { failure, RemoteFailure } from '../model/failure.ts';
import type { OrganizationId, RunId, UserId } from '../model/ids.ts';
import type { MailboxState } from '../model/mailbox-state.ts';
import { handToken } from '../store/claims.ts';
import type { Connection } from '../store/connections.ts';
import { inOrganization } from '../store/database.ts';
import type { OrganizationKeys } from '../store/keyring.ts';
import { type Mailbox, readCurrentMailbox } from '../store/mailboxes.ts';
import { rememberLookUps } from '../sync/remember-look-ups.ts';
import type { RunContext } from '../sync/run-context.ts';
import { keepStored } from './keep-credential.ts';
import { credentialMissing, type LoadedMailbox, loadMailbox, refusalOf, rulesOf } from './load-mailbox.ts';
import type { Ports } from './ports.ts';

export interface Who {
  readonly organizationId: OrganizationId;
  readonly userId: UserId;
}

/** Both sides, opened, with the rules of now. */
export interface OpenMailbox {
  readonly mailbox: Mailbox;
  readonly keys: OrganizationKeys;
  readonly service: MailService;
  readonly mailConnection: Connection;
  readonly mail: MailConnector;
  readonly crm: CrmConnector;
  readonly rules: Rules;
  readonly loaded: LoadedMailbox;
}

/** A credential that was refused is not sent again by the way: six refusals lock accounts. */
const isUsableIn: Readonly<Record<MailboxState, boolean>> = {
  'not-activated': false,
  active: true,
  paused: true,
  'authorization-required': false,
  suspended: true,
  deactivated: false,
};

/**
 * Opens the person's mailbox, does `work` and closes it. Null when he has none. Rejects with `RemoteFailure` when no credential may be used, or when a
 * service is in trouble.
 */
export async function withMailbox<T>(
  ports: Ports,
  who: Who,
  signal: AbortSignal,
  work: (open: OpenMailbox) => Promise<T>,
): Promise<T | null> {
  const loaded = await load(ports, who);
  if (loaded === null) return null;
  const { mailbox, mailConnection, crmConnection } = loaded;
  const service = ports.mailServices.get(mailbox.service);
  if (!isUsableIn[mailbox.state] && mailbox.cause !== null) throw new RemoteFailure(failure(mailbox.cause));
  const refusal = refusalOf(loaded.accesses);
  if (refusal !== null) throw new RemoteFailure(refusal);
  if (service === undefined || !isUsableIn[mailbox.state] || mailConnection?.credential == null)
    throw new RemoteFailure(credentialMissing(ports, 'mailbox', mailConnection));
  if (crmConnection?.credential == null)
    throw new RemoteFailure(credentialMissing(ports, 'crm', crmConnection));
  const mail = service.open(mailConnection, { signal, keeper: keepStored(ports, mailConnection) });
  const crm = ports.crm.open(crmConnection, signal);
  try {
    return await work({
      mailbox,
      keys: loaded.keys,
      service,
      mailConnection,
      mail,
      crm: rememberLookUps(crm),
      rules: rulesOf(ports, loaded),
      loaded,
    });
  } finally {
    await mail.close();
    await crm.close();
  }
}

async function load(ports: Ports, { organizationId, userId }: Who) {
  return await inOrganization(ports.db, organizationId, async (tx) => {
    const mailbox = await readCurrentMailbox(tx, userId);
    return mailbox === null ? null : await loadMailbox(ports, tx, { mailboxId: mailbox.id, organizationId });
  });
}

/** What the sync layer needs for one act by hand: a claim token of its own, and no lease, run or cursor. */
export function handContext(
  ports: Ports,
  { mailbox, keys, mail, crm, rules }: OpenMailbox,
  signal: AbortSignal,
): RunContext {
  const { id: mailboxId, organizationId } = mailbox;
  const token = handToken(ports.random);
  return {
    db: ports.db,
    keys,
    clock: ports.clock,
    digest: ports.digest,
    organizationId,
    mailboxId,
    runId: 'by-hand' as RunId,
    lease: { mailboxId, organizationId, token, expiresAt: 0, lane: 'fresh', trigger: 'user' },
    mail,
    crm,
    rules,
    budget: { itemsMax: 1, endsAt: Number.MAX_SAFE_INTEGER },
    signal,
    dryRun: false,
  };
}
