/** When a pause ends, from what was chosen, in the zone of the reader's own clock. Pure: the present is an argument. */

export type PauseChoice = 'resume' | 'today' | 'tomorrow' | 'moment';

const PAUSE_DAYS_MAX = 366;

/** ISO 8601 in UTC; null: nobody but a person ends it. */
export function pauseEnd(choice: PauseChoice, moment: string, now: Date): string | null {
  if (choice === 'resume') return null;
  if (choice === 'moment') return new Date(moment).toISOString();
  return midnight(now, choice === 'today' ? 1 : 2).toISOString();
}

/** The beginning of a day, counted from today; days of a change of clocks included. */
function midnight(now: Date, daysAhead: number): Date {
  return new Date(now.getFullYear(), now.getMonth(), now.getDate() + daysAhead);
}

/** Tomorrow at eight, as a field for day and time takes it. */
export function localMoment(now: Date): string {
  const at = midnight(now, 1);
  const two = (number: number) => String(number).padStart(2, '0');
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}T08:00`;
}

/** What keeps a moment from being the end of a pause. */
export function findMomentError(moment: string, now: Date): string | null {
  const at = new Date(moment).getTime();
  if (Number.isNaN(at)) return 'Enter a day and a time.';
  if (at <= now.getTime()) return 'This moment has passed. Choose a later one.';
  if (at > midnight(now, PAUSE_DAYS_MAX).getTime()) return 'Choose a moment within a year.';
  return null;
}
