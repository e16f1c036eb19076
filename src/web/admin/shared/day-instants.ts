/** A day as somebody chose it, such as `2026-03-02`, in the reader's own zone: the instants at which it begins and ends. What is no day stays as it is. */

export function startOfDay(day: string): string {
  return instantOf(day, 'T00:00:00');
}

/** Its last moment, so that the day itself is within. */
export function endOfDay(day: string): string {
  return instantOf(day, 'T23:59:59.999');
}

function instantOf(day: string, time: string): string {
  const date = new Date(day + time);
  return Number.isNaN(date.getTime()) ? day : date.toISOString();
}
