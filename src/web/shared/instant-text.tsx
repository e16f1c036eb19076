/** An instant as the reader sees it: relative, with the exact time beside it where there is room, and in full on hover. */
import { sayExact, sayInFull, sayRelative } from './times.ts';
import { useNow } from './use-now.ts';

const EVERY_MS = 15_000;

/** `<time>` for an ISO 8601 instant. */
export function InstantText({
  at,
  withExact = false,
}: {
  readonly at: string;
  readonly withExact?: boolean;
}) {
  const now = useNow(EVERY_MS);
  const date = new Date(at);
  return (
    <time dateTime={at} title={sayInFull(date)}>
      {sayRelative(date, now)}
      {withExact ? `, ${sayExact(date, now)}` : ''}
    </time>
  );
}
