/** The one button that mends what stopped a mailbox or an item, where a button can: connect it again, or log in with Salesforce again. */
import { Button } from '@fluentui/react-components';
import type { FailureView, MailboxView } from '../../../api-schema/mailbox.ts';
import { useSignedIn } from '../../shared/signed-in-user.ts';
import { useSignIn } from '../../shared/use-sign-in.ts';
import { repairWords } from '../activation/service-words.ts';
import { useDialogs } from '../use-dialogs.ts';

export const RENEW_CRM = '/login/salesforce?intent=refresh';

/** For the mailbox as it stands: nothing where time or somebody else mends it. */
export function RemedyButton({ mailbox }: { readonly mailbox: MailboxView }) {
  const { services } = useSignedIn();
  const remedy = mailbox.cause?.remedy ?? 'none';
  const isMail = remedy === 'connect-mailbox' || mailbox.state === 'authorization-required';
  if (remedy === 'connect-crm') return <ConnectCrm appearance="primary" />;
  return isMail ? <ConnectMailbox appearance="primary" label={repairWords(mailbox, services)} /> : null;
}

/** For one item. Trying it again is a button of its own. */
export function RemedyOf({ remedy }: Pick<FailureView, 'remedy'>) {
  if (remedy === 'connect-crm') return <ConnectCrm appearance="secondary" />;
  if (remedy === 'connect-mailbox') return <ConnectMailbox appearance="secondary" label="Connect again" />;
  return null;
}

type Appearance = 'primary' | 'secondary';

function ConnectCrm({ appearance }: { readonly appearance: Appearance }) {
  const goTo = useSignIn();
  return (
    <Button appearance={appearance} onClick={() => void goTo(RENEW_CRM).catch(() => undefined)}>
      Log in with Salesforce
    </Button>
  );
}

function ConnectMailbox(props: { readonly appearance: Appearance; readonly label: string }) {
  const openDialog = useDialogs();
  return (
    <Button
      appearance={props.appearance}
      onClick={() => openDialog({ name: 'activation', intent: 'refresh' })}
    >
      {props.label}
    </Button>
  );
}
