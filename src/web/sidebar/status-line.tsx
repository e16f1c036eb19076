/**
 * The line at the bottom of every signed-in page: how sync stands, in one sentence with icon and colour, the last sync and the next run in the
 * reader's own zone. The sentence is the API's; it is read out when it changes.
 */
import type { MailboxView } from '../../api-schema/mailbox.ts';
import { Icon } from '../shared/icons.tsx';
import { sayExact, sayInFull, sayRelative } from '../shared/times.ts';
import { useNow } from '../shared/use-now.ts';
import css from './status-line.module.css';

const EVERY_MS = 15_000;

/** Always visible. What stands above it has the same sentence whole where it is too long for two lines. */
export function StatusLine({
  mailbox,
  isOnline,
}: {
  readonly mailbox: MailboxView | null;
  readonly isOnline: boolean;
}) {
  const tone = mailbox?.status.tone ?? 'waiting';
  const text = mailbox?.status.text ?? 'Sync is not set up.';
  return (
    <footer className={css.line}>
      <Icon name={isOnline ? tone : 'offline'} size={16} className={css[isOnline ? tone : 'waiting']} />
      <div className={css.words}>
        <p role="status" className={css.sentence} title={text}>
          {isOnline ? '' : 'You are offline. '}
          {text}
        </p>
        {mailbox !== null && <Times mailbox={mailbox} />}
      </div>
    </footer>
  );
}

function Times({ mailbox }: { readonly mailbox: MailboxView }) {
  const now = useNow(EVERY_MS);
  const say = (at: string, words: string) => (
    <time dateTime={at} title={sayInFull(new Date(at))}>
      {words}
    </time>
  );
  const { lastSuccessAt, nextRunAt, pausedUntil } = mailbox;
  const parts = [
    lastSuccessAt === null
      ? null
      : { key: 'last', node: <>Synced {say(lastSuccessAt, sayRelative(new Date(lastSuccessAt), now))}</> },
    nextRunAt === null || mailbox.running
      ? null
      : { key: 'next', node: <>next {say(nextRunAt, sayExact(new Date(nextRunAt), now))}</> },
    pausedUntil === null
      ? null
      : { key: 'until', node: <>resumes {say(pausedUntil, sayExact(new Date(pausedUntil), now))}</> },
  ].filter((part) => part !== null);
  if (parts.length === 0) return null;
  return (
    <p className={css.times}>
      {parts.map(({ key, node }, index) => (
        <span key={key}>
          {index > 0 && ' · '}
          {node}
        </span>
      ))}
    </p>
  );
}
