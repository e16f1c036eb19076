/**
 * The activation dialog: service and form, *connecting*, the check list, and before the first start the preview. It opens by itself on first
 * start and when the mail server no longer accepts us (A4, A5), and from menu and settings (A6, A9). It words no failure: texts come from the API.
 */
import { Dialog, DialogBody, DialogSurface, DialogTitle } from '@fluentui/react-components';
import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import type { ActivationView, MailboxView } from '../../../api-schema/mailbox.ts';
import { issuesKey, mailboxKey, runsKey } from '../../shared/queries.ts';
import type { ConnectIntent } from '../use-dialogs.ts';
import { awaitsStart } from './activation-need.ts';
import { ChangeWarning } from './change-warning.tsx';
import type { ConnectStageHandle } from './connect-stage.tsx';
import { ConnectedStage } from './connected-stage.tsx';
import { Connector } from './connector.tsx';
import { PreviewStage } from './preview-stage.tsx';
import { useAttempt } from './use-attempt.ts';

interface DialogProps {
  readonly mailbox: MailboxView | null;
  readonly intent: ConnectIntent;
  /** *Skip* before and *Done* after. */
  readonly onClose: () => void;
  /** Tells that a first run is to be expected. */
  readonly onConnected: (before: MailboxView | null) => void;
  /** To the settings, with the preview left standing. */
  readonly onChangeSettings: () => void;
}

type Stage = 'warning' | 'connect' | 'connected' | 'preview';

function firstStage(mailbox: MailboxView | null, intent: ConnectIntent, hasArrived: boolean): Stage {
  if (hasArrived) return 'connect';
  if (intent === 'change') return mailbox === null ? 'connect' : 'warning';
  return awaitsStart(mailbox) ? 'preview' : 'connect';
}

export function ActivationDialog(props: DialogProps) {
  const { mailbox, onClose, onConnected } = props;
  const client = useQueryClient();
  const [result, setResult] = useState<ActivationView | null>(null);
  const attempt = useAttempt((activation) => {
    setResult(activation);
    client.setQueryData(mailboxKey, activation.mailbox);
    void client.invalidateQueries({ queryKey: runsKey });
    void client.invalidateQueries({ queryKey: issuesKey });
    if (awaitsStart(activation.mailbox)) setStage('preview');
    else {
      setStage('connected');
      onConnected(mailbox);
    }
  });
  const { chosenBefore, phase } = attempt;
  const [intent, setIntent] = useState(chosenBefore?.intent ?? props.intent);
  const [stage, setStage] = useState(() => firstStage(mailbox, props.intent, attempt.hasArrived));
  const shown = result?.mailbox ?? mailbox;
  const connector = useRef<ConnectStageHandle>(null);
  // After Fluent's own effect, which takes whatever comes first, be it the small print of what happened.
  // biome-ignore lint/correctness/useExhaustiveDependencies: the form takes the focus whenever it comes to stand.
  useEffect(() => connector.current?.focusStart(), [stage]);
  return (
    <Dialog
      open
      modalType="alert"
      onOpenChange={(_event, data) => {
        if (!data.open && (phase === 'idle' || result !== null)) onClose();
      }}
    >
      <DialogSurface role="dialog">
        <DialogBody>
          <DialogTitle>{titleOf(stage, intent, mailbox)}</DialogTitle>
          {stage === 'warning' && mailbox !== null && (
            <ChangeWarning mailbox={mailbox} onCancel={onClose} onGoOn={() => setStage('connect')} />
          )}
          {stage === 'connect' && (
            <Connector
              ref={connector}
              mailbox={mailbox}
              intent={intent}
              attempt={attempt}
              onSkip={onClose}
              onChange={() => {
                attempt.complain({});
                setIntent('change');
                setStage('warning');
              }}
            />
          )}
          {stage === 'connected' && result !== null && (
            <ConnectedStage activation={result} onDone={onClose} />
          )}
          {stage === 'preview' && shown !== null && (
            <PreviewStage
              mailbox={shown}
              checks={result?.checks ?? []}
              onStarted={() => {
                onConnected(shown);
                onClose();
              }}
              onLater={onClose}
              onChangeSettings={props.onChangeSettings}
              onOtherMailbox={() => {
                setResult(null);
                setIntent('change');
                setStage('connect');
              }}
            />
          )}
        </DialogBody>
      </DialogSurface>
    </Dialog>
  );
}

function titleOf(stage: Stage, intent: ConnectIntent, mailbox: MailboxView | null): string {
  if (stage === 'connected') return 'Connected';
  if (stage === 'preview') return 'What the first sync would do';
  if (intent === 'change') return 'Change the mailbox';
  return mailbox !== null && mailbox.state !== 'not-activated'
    ? 'Connect your mailbox again'
    : 'Connect your mailbox';
}
