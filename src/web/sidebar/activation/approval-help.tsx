/** The approval link beside a mailbox that stopped because an administrator must approve first. */
import type { MailboxView } from '../../../api-schema/mailbox.ts';
import { ApprovalLink } from '../../shared/approval-link.tsx';
import { useSignedIn } from '../../shared/signed-in-user.ts';

/** Nothing for every other cause, and where the service has no such page. */
export function ApprovalHelp({ mailbox }: { readonly mailbox: MailboxView }) {
  const { services } = useSignedIn();
  if (mailbox.cause?.code !== 'mailbox.admin-approval-needed') return null;
  const url = services.find((one) => one.service === mailbox.serviceId)?.approvalUrl ?? null;
  return url === null ? null : <ApprovalLink url={url} />;
}
