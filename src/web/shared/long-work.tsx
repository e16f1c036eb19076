/** Work that takes its time: how far it has come, in a bar and in words, and *Cancel*. */
import { Button, ProgressBar } from '@fluentui/react-components';
import css from './long-work.module.css';
import type { Progress } from './read-lines.ts';
import { sayCount } from './times.ts';

/** `label` names the bar, such as *Counting mails*. The words are read out, the bar is not. */
export function LongWork(props: {
  readonly label: string;
  readonly progress: Progress | null;
  readonly onCancel?: () => void;
  /** What the button says; *Cancel* unless told. */
  readonly cancel?: string;
}) {
  const { label, progress, onCancel, cancel = 'Cancel' } = props;
  const total = progress?.total ?? null;
  return (
    <div className={css.work}>
      <ProgressBar
        aria-label={label}
        {...(progress === null || total === null || total === 0
          ? {}
          : { value: Math.min(progress.done, total), max: total })}
      />
      <div className={css.line}>
        <span role="status">
          {label}
          {progress !== null &&
            `: ${sayCount(progress.done)}${total === null ? '' : ` of ${sayCount(total)}`}`}
        </span>
        {onCancel !== undefined && (
          <Button size="small" onClick={onCancel}>
            {cancel}
          </Button>
        )}
      </div>
    </div>
  );
}
