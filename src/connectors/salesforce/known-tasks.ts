/**
 * Finds the tasks that mails became already, in orgs where a task has no field for the mail's key: by subject and day, and among those by the
 * Message-ID line of the description, which can be read but not searched. So a save that was cut short may be repeated.
 * Vendor page: docs/remote-services/salesforce.md#task.
 */
import type { EmailKey, RecordId } from '../../model/ids.ts';
import { isFilterable, type ObjectShape } from './describe.ts';
import { type Api, type Row, readQueries } from './operations.ts';
import { chunkQueries, inList } from './soql.ts';

/** The line of a description by which a task is known again. */
export const keyLine = (key: EmailKey): string => `Message-ID: ${key}`;

/** A mail and the first of the tasks that it would become. */
export interface TaskToFind {
  readonly key: EmailKey;
  readonly task: Row;
}

/** The oldest task of each mail that has one. No request when there is nothing to find. */
export async function findKnownTasks(
  api: Api,
  shape: ObjectShape,
  wanted: readonly TaskToFind[],
): Promise<ReadonlyMap<EmailKey, RecordId>> {
  const keys = new Map(wanted.map(({ key }) => [keyLine(key), key]));
  const found = new Map<EmailKey, RecordId>();
  const subtype = isFilterable(shape, 'TaskSubtype') ? "TaskSubtype = 'Email' AND " : '';
  const queries = chunkQueries(
    wanted,
    (part) =>
      `SELECT Id,Description FROM Task WHERE ${subtype}ActivityDate IN (${datesOf(part).join(',')}) AND ` +
      `${inList('Subject', subjectsOf(part))} ORDER BY CreatedDate,Id`,
  );
  for (const row of (await readQueries(api, queries, 'tasks')).flat()) {
    const line = /^Message-ID: .*$/m.exec(String(row.Description ?? ''))?.[0]?.trim() ?? '';
    const key = keys.get(line);
    if (key !== undefined && !found.has(key)) found.set(key, String(row.Id) as RecordId);
  }
  return found;
}

/** Date literals have no quotes: https://developer.salesforce.com/docs/atlas.en-us.soql_sosl.meta/soql_sosl/sforce_api_calls_soql_select_dateformats.htm */
function datesOf(part: readonly TaskToFind[]): readonly string[] {
  const dates = part
    .map(({ task }) => String(task.ActivityDate))
    .filter((date) => /^\d{4}-\d{2}-\d{2}$/.test(date));
  return [...new Set(dates)];
}

function subjectsOf(part: readonly TaskToFind[]): readonly string[] {
  return [...new Set(part.map(({ task }) => String(task.Subject).trim()))];
}

/** Whether a task is a mail: one that Salesforce calls so, or one that Lockstep made of a mail where it could not say so. */
export function isMailTask(row: Row): boolean {
  if (row.TaskSubtype === 'Email' || row.TaskSubtype === 'ListEmail') return true;
  return /^(From: .*\r?\n)?Message-ID: \S/.test(String(row.Description ?? ''));
}
