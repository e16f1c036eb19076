/** What another mailbox means for what was synced so far, asked before anything is done (A15). */
import { Button, DialogActions, DialogContent } from '@fluentui/react-components';
import type { MailboxView } from '../../../api-schema/mailbox.ts';
import { BreakableText } from '../../shared/breakable-text.tsx';
import css from './activation.module.css';

export function ChangeWarning(props: {
  readonly mailbox: MailboxView;
  readonly onCancel: () => void;
  readonly onGoOn: () => void;
}) {
  const { mailbox, onCancel, onGoOn } = props;
  return (
    <>
      <DialogContent className={css.form ?? ''}>
        <p>
          You are about to connect another mailbox in place of{' '}
          <strong>
            <BreakableText text={mailbox.address} />
          </strong>
          .
        </p>
        <ul className={css.points}>
          <li>The links between its mail and Salesforce are closed. You cannot take them up again.</li>
          <li>Nothing is deleted: its mail stays in the mailbox, and what was saved stays in Salesforce.</li>
          <li>The new mailbox starts anew, with a preview before anything is written.</li>
          <li>
            Only the password or the sign-in is new? Then choose <em>Refresh</em> instead.
          </li>
        </ul>
      </DialogContent>
      <DialogActions>
        <Button onClick={onCancel}>Cancel</Button>
        <Button appearance="primary" className={css.whole ?? ''} onClick={onGoOn}>
          Choose another mailbox
        </Button>
      </DialogActions>
    </>
  );
}
