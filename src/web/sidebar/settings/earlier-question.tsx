/**
 * The question after a rule became narrower (S6): how many mails that were saved earlier it would not save, and whether these are to be taken out of
 * Salesforce or left. Nothing happens to them unless the person asks.
 */
import { Button } from '@fluentui/react-components';
import { useEffect, useRef } from 'react';
import type { z } from 'zod';
import type { earlierViewSchema, removalViewSchema } from '../../../api-schema/removal.ts';
import type { SettingsLayerForm } from '../../../api-schema/settings.ts';
import { Card } from '../../shared/card.tsx';
import { LongWork } from '../../shared/long-work.tsx';
import { ProblemNotice } from '../../shared/problem-notice.tsx';
import { RemovalResult } from '../../shared/removal-result.tsx';
import { sayNumber } from '../../shared/times.ts';
import { useLines } from '../../shared/use-lines.ts';
import css from './settings.module.css';

/** Asks as soon as it stands; to be keyed by the occasion. `settings`: the person's layer as it is now. */
export function EarlierQuestion(props: {
  readonly settings: SettingsLayerForm;
  readonly onClose: () => void;
}) {
  const { settings, onClose } = props;
  const earlier = useLines<z.infer<typeof earlierViewSchema>>();
  const removal = useLines<z.infer<typeof removalViewSchema>>();
  const isAsked = useRef(false);
  const count = () => earlier.ask('/api/settings/earlier', { settings });
  // biome-ignore lint/correctness/useExhaustiveDependencies: asked once, however often it is rendered.
  useEffect(() => {
    if (isAsked.current) return;
    isAsked.current = true;
    count();
  }, []);
  const found = earlier.state.kind === 'done' ? earlier.state.result : null;
  return (
    <Card title="Mail that was saved earlier">
      {earlier.state.kind === 'asking' && (
        <LongWork label="Looking for earlier mail" progress={earlier.state.progress} onCancel={onClose} />
      )}
      {earlier.state.kind === 'refused' && <ProblemNotice problem={earlier.state.problem} onRetry={count} />}
      {found !== null && removal.state.kind === 'idle' && (
        <Answer
          found={found}
          onLeave={onClose}
          onApply={() => removal.ask('/api/settings/earlier/apply', { settings })}
        />
      )}
      {removal.state.kind === 'asking' && (
        <LongWork
          label="Removing from Salesforce"
          progress={removal.state.progress}
          onCancel={removal.cancel}
        />
      )}
      {removal.state.kind === 'refused' && <ProblemNotice problem={removal.state.problem} />}
      {removal.state.kind === 'done' && <RemovalResult result={removal.state.result} />}
    </Card>
  );
}

function Answer(props: {
  readonly found: z.infer<typeof earlierViewSchema>;
  readonly onLeave: () => void;
  readonly onApply: () => void;
}) {
  const { found, onLeave, onApply } = props;
  if (found.matches === 0) return <p role="status">No earlier mail matches what you changed.</p>;
  const least = found.isComplete ? '' : 'At least ';
  return (
    <>
      <p role="status">
        {least}
        {sayNumber(found.matches, 'earlier mail matches', 'earlier mails match')} now and{' '}
        {found.matches === 1 ? 'is' : 'are'} in Salesforce. Apply the change to{' '}
        {found.matches === 1 ? 'it' : 'them'}, or leave {found.matches === 1 ? 'it' : 'them'} there?
      </p>
      <div className={css.actions}>
        <Button onClick={onApply}>Remove {sayNumber(found.matches, 'record')} from Salesforce</Button>
        <Button appearance="primary" onClick={onLeave}>
          Leave as it is
        </Button>
      </div>
    </>
  );
}
