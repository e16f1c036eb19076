/**
 * Last half of the dialog before the first start (A12): what the first sync would do, counted without writing anything, for the history window that is
 * chosen here (E6); then *Start*, or the settings first.
 */
import { Button, DialogActions, DialogContent, Link } from '@fluentui/react-components';
import { useEffect, useRef, useState } from 'react';
import type { ActivationView, MailboxView } from '../../../api-schema/mailbox.ts';
import { defaultSettings, effectiveSettings } from '../../../model/settings.ts';
import { problemOf } from '../../shared/api-problem.ts';
import { BreakableText } from '../../shared/breakable-text.tsx';
import { useStart } from '../../shared/life-changes.ts';
import { ProblemNotice } from '../../shared/problem-notice.tsx';
import { useSettings } from '../../shared/queries.ts';
import { lockIn } from '../settings/draft.ts';
import { lockReason } from '../settings/lock-reason.ts';
import { presentLayers } from '../settings/present-layer.ts';
import css from './activation.module.css';
import { CheckList } from './check-list.tsx';
import { PreviewCounts } from './preview-counts.tsx';
import { usePreview } from './use-preview.ts';
import { WindowChoice } from './window-choice.tsx';

/** The window of the settings, until the person chooses another one here; and why he may not, empty where he may. */
function useWindow(): readonly [number | null, (days: number) => void, string] {
  const settings = useSettings();
  const [chosen, setChosen] = useState<number | null>(null);
  const inForce =
    settings.data === undefined
      ? settings.error === null
        ? null
        : defaultSettings.windowDays
      : effectiveSettings(presentLayers(settings.data)).windowDays;
  const locked = settings.data === undefined ? '' : lockReason(lockIn(settings.data, 'windowDays'));
  return [chosen ?? inForce, setChosen, locked];
}

/** `checks` is empty where the connection was made earlier. */
export function PreviewStage(props: {
  readonly mailbox: MailboxView;
  readonly checks: ActivationView['checks'];
  readonly onStarted: () => void;
  readonly onLater: () => void;
  readonly onChangeSettings: () => void;
  readonly onOtherMailbox: () => void;
}) {
  const { mailbox, checks, onStarted, onLater, onChangeSettings, onOtherMailbox } = props;
  const [windowDays, setWindowDays, windowLocked] = useWindow();
  const preview = usePreview(windowDays);
  const start = useStart();
  const lead = useRef<HTMLParagraphElement>(null);
  useEffect(() => lead.current?.focus(), []);
  const { kind } = preview.state;
  const mayStart = windowDays !== null && (preview.view !== null || kind === 'refused');
  return (
    <>
      <DialogContent className={css.form ?? ''}>
        <p ref={lead} tabIndex={-1} className={css.lead}>
          <strong>
            <BreakableText text={mailbox.address} />
          </strong>{' '}
          is connected. Nothing has been written yet.{' '}
          {checks.length === 0 && (
            <Link as="button" inline onClick={onOtherMailbox}>
              Connect another mailbox
            </Link>
          )}
        </p>
        {checks.length > 0 && <CheckList checks={checks} />}
        <PreviewCounts preview={preview} />
        {windowDays !== null && (
          <WindowChoice
            chosen={windowDays}
            locked={windowLocked}
            countOf={preview.countOf}
            onChoose={setWindowDays}
          />
        )}
        {start.error !== null && <ProblemNotice problem={problemOf(start.error)} />}
      </DialogContent>
      <DialogActions fluid>
        <Button onClick={onLater}>Later</Button>
        <Button className={css.whole ?? ''} onClick={onChangeSettings}>
          Change what is saved
        </Button>
        <Button
          appearance="primary"
          disabledFocusable={!mayStart || start.isPending}
          onClick={() => {
            if (windowDays === null) return;
            start.mutate(windowLocked === '' ? { windowDays } : {}, { onSuccess: onStarted });
          }}
        >
          {start.isPending ? 'Starting' : 'Start'}
        </Button>
      </DialogActions>
    </>
  );
}
