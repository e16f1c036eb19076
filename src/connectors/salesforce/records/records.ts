/** Salesforce's Event, Task and Contact as `CrmRecords`: it puts the parts together and knows nothing itself. */
import type { CrmRecords } from '../../../model/crm-records.ts';
import { readChanges } from './changes.ts';
import { recordCapabilities } from './columns.ts';
import { findRecords } from './find-records.ts';
import { listContactViews } from './list-views.ts';
import { readRecords, removeRecords } from './read-records.ts';
import type { RecordsContext } from './records-context.ts';
import { writeRecords } from './write-records.ts';

/** Each method's requests are named in docs/remote-services/salesforce.md#requests. */
export function createRecords(context: RecordsContext): CrmRecords {
  return {
    capabilities: async () => recordCapabilities(await context.readOrg(false)),
    readChanges: (asks) => readChanges(context, asks),
    readRecords: (collection, recordIds) => readRecords(context, collection, recordIds),
    findRecords: (collection, wishes) => findRecords(context, collection, wishes),
    writeRecords: (collection, writes) => writeRecords(context, collection, writes),
    deleteRecords: (collection, recordIds) => removeRecords(context, collection, recordIds),
    listContactViews: () => listContactViews(context.api),
  };
}
