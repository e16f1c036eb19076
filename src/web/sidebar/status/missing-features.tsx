/** What a person goes without until sync is activated (A7), and the way to it. */
import { Button } from '@fluentui/react-components';
import type { MailboxView } from '../../../api-schema/mailbox.ts';
import { Card, Quiet } from '../../shared/card.tsx';
import { sayExact } from '../../shared/times.ts';
import { awaitsStart } from '../activation/activation-need.ts';
import { useDialogs } from '../use-dialogs.ts';
import css from './status.module.css';

/** Shown after *Skip*, before *Start*, and after sync was switched off. */
export function MissingFeatures({ mailbox }: { readonly mailbox: MailboxView | null }) {
  const openDialog = useDialogs();
  const isOff = mailbox?.state === 'deactivated';
  const isConnected = awaitsStart(mailbox);
  const title = isOff ? 'Sync is switched off' : isConnected ? 'Sync is not started' : 'Sync is not set up';
  const until = isOff
    ? 'connect your mailbox again'
    : isConnected
      ? 'start the first sync'
      : 'connect your mailbox';
  const purgeAt = mailbox?.purgeAt ?? null;
  return (
    <Card title={title}>
      <p>Until you {until}, these do not work:</p>
      <ul className={css.features}>
        <li>No auto-save: mail from and to your contacts and leads is not saved to Salesforce</li>
        <li>No calendar, contacts and tasks are kept in step</li>
        <li>Mail in the folder “Salesforce Emails” or with the category “Salesforce” is not saved</li>
        <li>Nothing is caught up every 30 minutes while your mail program is closed</li>
      </ul>
      {isOff && (
        <Quiet>
          What was saved before stays in Salesforce.
          {purgeAt !== null &&
            ` Links and settings are forgotten on ${sayExact(new Date(purgeAt), new Date())}; set up sync before that to go on where you left off.`}
        </Quiet>
      )}
      <div className={css.actions}>
        <Button appearance="primary" onClick={() => openDialog({ name: 'activation', intent: 'activate' })}>
          {isConnected ? 'See the preview' : 'Set up sync'}
        </Button>
      </div>
    </Card>
  );
}
