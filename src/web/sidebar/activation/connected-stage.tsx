/** Second half of the dialog: the check list, and what happens now. */
import { Button, DialogActions, DialogContent } from '@fluentui/react-components';
import { useEffect, useRef } from 'react';
import type { ActivationView } from '../../../api-schema/mailbox.ts';
import { BreakableText } from '../../shared/breakable-text.tsx';
import css from './activation.module.css';
import { CheckList } from './check-list.tsx';

/** The focus goes to the sentence, then Tab to *Done*. */
export function ConnectedStage({
  activation,
  onDone,
}: {
  readonly activation: ActivationView;
  readonly onDone: () => void;
}) {
  const lead = useRef<HTMLParagraphElement>(null);
  useEffect(() => lead.current?.focus(), []);
  return (
    <>
      <DialogContent className={css.form ?? ''}>
        <p ref={lead} tabIndex={-1} className={css.lead} role="status">
          <BreakableText text={activation.mailbox.address} /> is connected. The sync starts now and goes on by
          itself; you can close this page at any time.
        </p>
        <CheckList checks={activation.checks} />
      </DialogContent>
      <DialogActions>
        <Button appearance="primary" onClick={onDone}>
          Done
        </Button>
      </DialogActions>
    </>
  );
}
