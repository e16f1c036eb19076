/** The in-memory reference passes the CRM's contract of events, contacts and tasks that it stands in for, in every shape that the contract allows. */
import type { MemoryRecords } from '../support/memory-records.ts';
import { createMemoryRecordsWorld } from '../support/memory-records-world.ts';
import type { RecordsWorld } from '../support/records-world.ts';
import { runRecordsContract } from './crm-two-way.contract.ts';

const START = Date.UTC(2026, 10, 2, 10);

const open =
  (shape: (records: MemoryRecords) => void = () => undefined) =>
  (): RecordsWorld =>
    createMemoryRecordsWorld(START, shape);

runRecordsContract({ name: 'The reference in memory', open: open() });

runRecordsContract({
  name: 'The reference in memory whose readings overlap, in small pages, without versions',
  open: open((records) => {
    Object.assign(records, { overlaps: true, hidesVersions: true, pageRecords: 7 });
  }),
});

runRecordsContract({
  name: 'The reference in memory that can do little',
  open: open(({ abilities: { events, contacts, tasks } }) => {
    for (const one of [events, contacts, tasks]) Object.assign(one, { externalKey: false, batchMax: 5 });
    events.fields = {
      subject: { lengthMax: 80, writable: true },
      time: { lengthMax: null, writable: true },
      showAs: {
        lengthMax: null,
        writable: true,
        words: { tentative: 'busy', elsewhere: 'busy' },
      },
    };
    contacts.fields = {
      lastName: { lengthMax: 80, writable: true },
      firstName: { lengthMax: 40, writable: true },
      email: { lengthMax: 80, writable: true },
    };
  }),
});
