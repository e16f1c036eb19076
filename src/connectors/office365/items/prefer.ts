/** What is preferred of Graph's answers about items, beside immutable ids: times in UTC, bodies as text, large pages. */

/** Graph gives at most a thousand; half of them stay below its limits of time and size. */
export const PAGE_ITEMS = 500;

const page = `odata.maxpagesize=${PAGE_ITEMS}`;

export const eventPrefer: readonly string[] = ['outlook.timezone="UTC"', 'outlook.body-content-type="text"'];
export const calendarPrefer: readonly string[] = [...eventPrefer, page];
/** Due dates in UTC say which date they are: `task.ts`. */
export const taskPrefer: readonly string[] = ['outlook.timezone="UTC"', 'outlook.body-content-type="text"'];
export const listPrefer: readonly string[] = [...taskPrefer, page];
