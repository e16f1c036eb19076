/** When an event is, or a task is due, in the reader's own zone. Pure. */

const day = new Intl.DateTimeFormat('en-GB', {
  weekday: 'short',
  day: 'numeric',
  month: 'short',
  year: 'numeric',
});
const moment = new Intl.DateTimeFormat('en-GB', {
  ...{ weekday: 'short', day: 'numeric', month: 'short', year: 'numeric' },
  ...{ hour: '2-digit', minute: '2-digit' },
});

const DAY_MS = 86_400_000;

/** `time` as the API tells it: `start/end` of instants or dates, or one date; '' where there is none. */
export function sayItemTime(time: string | null): string {
  if (time === null) return '';
  const [start = '', end = ''] = time.split('/');
  const isDate = /^\d{4}-\d\d-\d\d$/.test(start);
  if (!isDate) return Number.isNaN(Date.parse(start)) ? '' : moment.format(new Date(start));
  if (end === '') return day.format(localDay(start));
  // The second date is the first day after.
  const last = new Date(Date.parse(`${end}T00:00:00Z`) - DAY_MS).toISOString().slice(0, 10);
  return last === start
    ? day.format(localDay(start))
    : `${day.format(localDay(start))} to ${day.format(localDay(last))}`;
}

/** A date is the same day wherever it is read. */
function localDay(date: string): Date {
  return new Date(`${date}T12:00:00`);
}
