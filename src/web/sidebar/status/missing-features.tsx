/** What a person goes without until sync is activated (A7), and the way to it. */
import { Button } from '@fluentui/react-components';
import type { MailboxView } from '../../../api-schema/mailbox.ts';
import { Card, Quiet } from '../../shared/card.tsx';
import css from './status.module.css';

/** Shown after *Skip*, and after sync was switched off. */
export function MissingFeatures({
  mailbox,
  onSetUp,
}: {
  readonly mailbox: MailboxView | null;
  readonly onSetUp: () => void;
}) {
  const isOff = mailbox?.state === 'deactivated';
  return (
    <Card title={isOff ? 'Sync is switched off' : 'Sync is not set up'}>
      <p>Until you {isOff ? 'connect your mailbox again' : 'connect your mailbox'}, these do not work:</p>
      <ul className={css.features}>
        <li>Mail from and to your contacts and leads is not saved to Salesforce by itself</li>
        <li>Mail in the folder “Salesforce Emails” or with the category “Salesforce” is not saved</li>
        <li>Attachments are not filed in Salesforce</li>
        <li>Nothing is caught up every 30 minutes while your mail program is closed</li>
      </ul>
      {isOff && <Quiet>What was saved before stays in Salesforce.</Quiet>}
      <div className={css.actions}>
        <Button appearance="primary" onClick={onSetUp}>
          Set up sync
        </Button>
      </div>
    </Card>
  );
}
