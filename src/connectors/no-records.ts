/** For CRM connectors that take mail alone: no collection has a field, so nothing is ever asked for. */
import type { CrmRecords, RecordCapabilities } from '../model/crm-records.ts';
import { failure, RemoteFailure } from '../model/failure.ts';

const none: RecordCapabilities = { fields: {}, externalKey: false, batchMax: 1 };
const reject = () => Promise.reject(new RemoteFailure(failure('crm.request-invalid')));

export const noRecords: CrmRecords = {
  capabilities: () => Promise.resolve({ events: none, contacts: none, tasks: none }),
  readChanges: (asks) =>
    Promise.resolve(asks.map(() => ({ ok: false, failure: failure('crm.field-missing') }))),
  readRecords: reject,
  findRecords: reject,
  writeRecords: reject,
  deleteRecords: reject,
  listContactViews: () => Promise.resolve([]),
};
