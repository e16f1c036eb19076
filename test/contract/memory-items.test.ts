/** The in-memory reference passes the contract of events, contacts and tasks that it stands in for, in every shape that the contract allows. */
import { type ItemsWorld, START } from '../support/items-world.ts';
import type { MemoryItems } from '../support/memory-items.ts';
import { createMemoryItemsWorld } from '../support/memory-items-world.ts';
import { runItemsContract } from './mail-items-two-way.contract.ts';

const open =
  (shape: (items: MemoryItems) => void = () => undefined) =>
  (): ItemsWorld =>
    createMemoryItemsWorld(START, shape);

runItemsContract({ name: 'The reference in memory', open: open() });

runItemsContract({
  name: 'The reference in memory that tells occurrences one by one, in small pages',
  open: open((items) => {
    items.seriesAs = 'single';
    items.pageItems = 3;
    items.refusesStaleWrites = false;
  }),
});

runItemsContract({
  name: 'The reference in memory that can do little',
  open: open((items) => {
    const unable = { able: false, reason: 'This reference can do little.' } as const;
    const { events, contacts, tasks } = items.abilities;
    for (const one of [events, contacts, tasks])
      Object.assign(one, { categories: unable, stamps: unable, meetingWrites: unable, batchMax: 5 });
    events.fields = {
      subject: { lengthMax: 40, writable: true },
      location: { lengthMax: 30, writable: true },
      time: { lengthMax: null, writable: true },
      showAs: {
        lengthMax: null,
        writable: true,
        words: { tentative: 'busy', 'out-of-office': 'busy', elsewhere: 'busy' },
      },
    };
    contacts.fields = {
      lastName: { lengthMax: 50, writable: true },
      firstName: { lengthMax: 50, writable: true },
      email: { lengthMax: null, writable: true },
      city: { lengthMax: 60, writable: true },
    };
    tasks.fields = {
      subject: { lengthMax: null, writable: true },
      description: { lengthMax: 8_192, writable: true },
      due: { lengthMax: null, writable: true },
      status: {
        lengthMax: null,
        writable: true,
        words: { 'in-progress': 'open', waiting: 'open', deferred: 'open' },
      },
    };
  }),
});
