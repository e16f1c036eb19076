/** The approval link beside a mailbox that stopped because an administrator must approve first. */
import { lazy, Suspense } from 'react';
import type { MailboxView } from '../../../api-schema/mailbox.ts';
import { useSignedIn } from '../../shared/signed-in-user.ts';

const ApprovalLink = lazy(async () => ({
  default: (await import('../../shared/approval-link.tsx')).ApprovalLink,
}));

/** Nothing for every other cause, and where the service has no such page. */
export function ApprovalHelp({ mailbox }: { readonly mailbox: MailboxView }) {
  const { services } = useSignedIn();
  if (mailbox.cause?.code !== 'mailbox.admin-approval-needed') return null;
  const url = services.find((one) => one.service === mailbox.serviceId)?.approvalUrl ?? null;
  if (url === null) return null;
  return (
    <Suspense>
      <ApprovalLink url={url} />
    </Suspense>
  );
}
