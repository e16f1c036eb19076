/**
 * The activation dialog: form, then *connecting*, then the check list. It opens by itself on first start and when the mail server no
 * longer accepts us (A4, A5), and from the menu (A6). It words no failure: texts come from the API.
 */
import { Dialog, DialogBody, DialogSurface, DialogTitle } from '@fluentui/react-components';
import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import type { ActivationView, MailboxView } from '../../../api-schema/mailbox.ts';
import { useConnectExchange } from '../../shared/changes.ts';
import { issuesKey, mailboxKey, runsKey } from '../../shared/queries.ts';
import { ConnectStage } from './connect-stage.tsx';
import { ConnectedStage } from './connected-stage.tsx';
import type { ExchangeFormHandle } from './exchange-form.tsx';
import type { FormField } from './problem-place.ts';

/** `onClose` is *Skip* before and *Done* after; `onConnected` tells that a first run is to be expected. */
export function ActivationDialog(props: {
  readonly mailbox: MailboxView | null;
  readonly onClose: () => void;
  readonly onConnected: (before: MailboxView | null) => void;
}) {
  const { mailbox, onClose, onConnected } = props;
  const client = useQueryClient();
  const connect = useConnectExchange();
  const [result, setResult] = useState<ActivationView | null>(null);
  const form = useRef<ExchangeFormHandle>(null);
  // After Fluent's own effect, which takes whatever comes first, be it the small print of what happened.
  const [firstField] = useState<FormField>(mailbox === null ? 'login' : 'password');
  useEffect(() => form.current?.focus(firstField), [firstField]);
  const isAgain = mailbox !== null && mailbox.state !== 'not-activated';

  const finish = (activation: ActivationView) => {
    setResult(activation);
    onConnected(mailbox);
    client.setQueryData(mailboxKey, activation.mailbox);
    void client.invalidateQueries({ queryKey: runsKey });
    void client.invalidateQueries({ queryKey: issuesKey });
  };
  const title =
    result === null ? (isAgain ? 'Connect your mailbox again' : 'Connect your mailbox') : 'Connected';
  return (
    <Dialog
      open
      modalType="alert"
      onOpenChange={(_event, data) => {
        if (!data.open && !connect.isPending) onClose();
      }}
    >
      <DialogSurface role="dialog">
        <DialogBody>
          <DialogTitle>{title}</DialogTitle>
          {result === null ? (
            <ConnectStage
              form={form}
              mailbox={mailbox}
              connect={connect}
              onConnected={finish}
              onSkip={onClose}
            />
          ) : (
            <ConnectedStage activation={result} onDone={onClose} />
          )}
        </DialogBody>
      </DialogSurface>
    </Dialog>
  );
}
