/**
 * The activation dialog: service and form, then *connecting*, then the check list. It opens by itself on first start and when the mail server no
 * longer accepts us (A4, A5), and from the menu (A6). It words no failure: texts come from the API.
 */
import { Dialog, DialogBody, DialogSurface, DialogTitle } from '@fluentui/react-components';
import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import type { ActivationView, MailboxView } from '../../../api-schema/mailbox.ts';
import { issuesKey, mailboxKey, runsKey } from '../../shared/queries.ts';
import { useSignedIn } from '../../shared/signed-in-user.ts';
import { ConnectStage, type ConnectStageHandle } from './connect-stage.tsx';
import { ConnectedStage } from './connected-stage.tsx';
import { useAttempt } from './use-attempt.ts';

/** `onClose` is *Skip* before and *Done* after; `onConnected` tells that a first run is to be expected. */
export function ActivationDialog(props: {
  readonly mailbox: MailboxView | null;
  readonly onClose: () => void;
  readonly onConnected: (before: MailboxView | null) => void;
}) {
  const { mailbox, onClose, onConnected } = props;
  const client = useQueryClient();
  const { services, user } = useSignedIn();
  const [result, setResult] = useState<ActivationView | null>(null);
  const isAgain = mailbox !== null && mailbox.state !== 'not-activated';

  const finish = (activation: ActivationView) => {
    setResult(activation);
    onConnected(mailbox);
    client.setQueryData(mailboxKey, activation.mailbox);
    void client.invalidateQueries({ queryKey: runsKey });
    void client.invalidateQueries({ queryKey: issuesKey });
  };
  const attempt = useAttempt(finish);
  const { chosenBefore, phase } = attempt;
  const [chosen, setChosen] = useState(chosenBefore?.service ?? mailbox?.serviceId);
  const service = services.find((one) => one.service === chosen) ?? services[0];
  const stage = useRef<ConnectStageHandle>(null);
  // After Fluent's own effect, which takes whatever comes first, be it the small print of what happened.
  useEffect(() => stage.current?.focusStart(), []);
  const title =
    result === null ? (isAgain ? 'Connect your mailbox again' : 'Connect your mailbox') : 'Connected';
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
          <DialogTitle>{title}</DialogTitle>
          {result !== null && <ConnectedStage activation={result} onDone={onClose} />}
          {result === null && service !== undefined && (
            <ConnectStage
              ref={stage}
              services={services}
              service={service}
              onChoose={(name) => {
                attempt.complain({});
                setChosen(name);
              }}
              mailbox={mailbox}
              address={mailbox?.address ?? chosenBefore?.address ?? user.email}
              attempt={attempt}
              onSkip={onClose}
            />
          )}
        </DialogBody>
      </DialogSurface>
    </Dialog>
  );
}
