/**
 * Exchange impersonation: one service account with the role ApplicationImpersonation opens many mailboxes (M2). The access is an ordinary connection of
 * that account, by password or by tokens; a person's connection adds the mailbox to act for.
 * Set-up: docs/remote-services/exchange.md#impersonation.
 */
import { z } from 'zod';
import type { AbortSignalLike } from '../../model/clock.ts';
import type { PreparedConnection } from '../../model/connector.ts';
import type { AccessAccount, MailMassAccess } from '../../model/mass-access.ts';

const formSchema = z.object({
  login: z.string(),
  password: z.string(),
  ewsUrl: z.string().optional(),
  /** A mailbox of the company, whose domain Autodiscover looks in: service accounts often have no address. */
  sampleMailbox: z.string(),
});

export interface ExchangeMassAccessOptions {
  readonly prepare: (form: unknown, signal: AbortSignalLike) => Promise<PreparedConnection>;
  readonly takesConsent: boolean;
}

export function createExchangeMassAccess({
  prepare,
  takesConsent,
}: ExchangeMassAccessOptions): MailMassAccess {
  return {
    takesConsent,
    async prepareAccess(form, signal) {
      const { login, password, ewsUrl = '', sampleMailbox } = formSchema.parse(form);
      return await prepare({ login, password, ewsUrl, address: sampleMailbox }, signal);
    },
    reach({ address }) {
      const mailbox = address.toLowerCase();
      return { account: mailbox, settings: { impersonate: mailbox } };
    },
    facts: ({ account, settings }: AccessAccount) => [
      { label: 'Service account', value: account },
      { label: 'EWS link', value: String(settings.ewsUrl ?? '') },
      {
        label: 'Role assignment',
        value: `New-ManagementRoleAssignment -Name Lockstep -Role ApplicationImpersonation -User "${account}" -CustomRecipientWriteScope SCOPE`,
      },
    ],
    approvalUrl: () => null,
  };
}
