/**
 * What known records are called now and whether they are still there, by ids. The object follows from an id's first three characters; ids of objects
 * that Lockstep never writes or matches count as gone. Vendor page: docs/remote-services/salesforce.md#ids.
 */
import type { RecordFacts } from '../../model/crm-record-facts.ts';
import type { RecordId } from '../../model/ids.ts';
import { type Api, readQueries } from './operations.ts';
import { chunkQueries, inList } from './soql.ts';

const LABELS: Readonly<Record<string, { readonly object: string; readonly field: string }>> = {
  '02s': { object: 'EmailMessage', field: 'Subject' },
  '00T': { object: 'Task', field: 'Subject' },
  '00U': { object: 'Event', field: 'Subject' },
  '003': { object: 'Contact', field: 'Name' },
  '00Q': { object: 'Lead', field: 'Name' },
  '001': { object: 'Account', field: 'Name' },
  '005': { object: 'User', field: 'Name' },
};

/** One request for about a thousand records of one object; none for none. What the user may not see is told as gone. */
export async function describeRecords(
  api: Api,
  recordIds: readonly RecordId[],
): Promise<readonly RecordFacts[]> {
  const distinct = [...new Set(recordIds)].filter((id) => /^[A-Za-z0-9]{15,18}$/.test(id));
  const queries = [...Map.groupBy(distinct, (id) => id.slice(0, 3))].flatMap(([prefix, ids]) => {
    const shown = LABELS[prefix];
    if (shown === undefined) return [];
    const { object, field } = shown;
    return chunkQueries(ids, (part) => `SELECT Id,${field} FROM ${object} WHERE ${inList('Id', part)}`);
  });
  const labels = new Map<string, string>();
  for (const row of (await readQueries(api, queries, 'describe-records')).flat()) {
    const field = LABELS[String(row.Id).slice(0, 3)]?.field ?? '';
    labels.set(String(row.Id), String(row[field] ?? ''));
  }
  return recordIds.map((recordId) => {
    const label = labels.get(recordId);
    return { recordId, exists: label !== undefined, label: label ?? null };
  });
}
