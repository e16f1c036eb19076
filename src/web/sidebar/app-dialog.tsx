/** The dialog that was asked for, loaded when it is: activation, pause, resume or switching off. */
import type { MailboxView } from '../../api-schema/mailbox.ts';
import { ActivationDialog } from './activation/activation-dialog.tsx';
import { DeactivateDialog } from './life/deactivate-dialog.tsx';
import { PauseDialog } from './life/pause-dialog.tsx';
import { ResumeDialog } from './life/resume-dialog.tsx';
import type { DialogName } from './use-dialogs.ts';

/** `onRun`: a run is to be expected, and the mailbox as it was before. */
export function AppDialog(props: {
  readonly dialog: DialogName;
  readonly mailbox: MailboxView | null;
  readonly onClose: () => void;
  readonly onRun: (before: MailboxView | null) => void;
  readonly onChangeSettings: () => void;
}) {
  const { dialog, mailbox, onClose, onRun, onChangeSettings } = props;
  if (dialog.name === 'activation') {
    return (
      <ActivationDialog
        mailbox={mailbox}
        intent={dialog.intent}
        onClose={onClose}
        onConnected={onRun}
        onChangeSettings={onChangeSettings}
      />
    );
  }
  if (mailbox === null) return null;
  if (dialog.name === 'pause') return <PauseDialog onClose={onClose} />;
  if (dialog.name === 'resume') {
    return (
      <ResumeDialog
        mailbox={mailbox}
        onClose={onClose}
        onResumed={() => {
          onRun(mailbox);
          onClose();
        }}
      />
    );
  }
  return <DeactivateDialog mailbox={mailbox} onClose={onClose} />;
}
