/**
 * What goes wrong in the privacy check: services that fail in part, break off, lose replies, and quote in their errors what they were sent. Nothing of
 * what they quote may end up in a log or a table.
 */
import type { Services } from '../simulated-services.ts';
import type { Markers } from './markers.ts';

/** Adds faults to every service; each strikes a few times and is used up. */
export function addFaults(services: Services, markers: Markers): void {
  const quote = () => `The value ${markers.plant('vendor-error')} is not allowed.`;
  addMailFaults(services, quote);
  addSalesforceFaults(services, quote);
}

function addMailFaults({ exchange, office365, google }: Services, quote: () => string): void {
  const vendor = (code: string) => ({ kind: 'service', code, message: quote() }) as const;
  exchange.faults.add({
    operation: 'GetItem',
    nth: 3,
    count: 2,
    effect: vendor('ErrorInternalServerTransientError'),
  });
  exchange.faults.add({ operation: 'GetItem', nth: 6, count: 1, effect: { kind: 'drop' } });
  exchange.faults.add({
    operation: 'GetItem',
    nth: 8,
    count: 3,
    effect: { kind: 'partial', nth: 2, code: 'ErrorCorruptData', message: quote() },
  });
  exchange.faults.add({ operation: 'SyncFolderItems', nth: 9, count: 1, effect: { kind: 'garbage' } });
  exchange.faults.add({
    operation: 'CreateItem',
    nth: 1,
    count: 3,
    effect: { kind: 'partial', nth: 1, code: 'ErrorInternalServerError', message: quote() },
  });
  for (const operation of ['event.create', 'contact.create', 'task.create'])
    office365.faults.add({ operation, nth: 1, count: 1, effect: vendor('ErrorInternalServerError') });
  for (const operation of ['calendar.events.insert', 'people.*', 'tasks.tasks.insert'])
    google.faults.add({ operation, nth: 1, count: 1, effect: vendor('backendError') });
  office365.faults.add({ operation: 'message.mime', nth: 3, count: 3, effect: vendor('ErrorItemCorrupt') });
  office365.faults.add({ operation: '$batch', nth: 4, count: 1, effect: { kind: 'drop' } });
  office365.faults.add({ operation: 'messages.delta', nth: 3, count: 1, effect: { kind: 'garbage' } });
  office365.faults.add({ operation: 'message.update', nth: 1, count: 1, effect: { kind: 'lostReply' } });
  office365.faults.add({ operation: 'entra.token', nth: 2, count: 1, effect: { kind: 'lostReply' } });
  google.faults.add({
    operation: 'gmail.users.messages.get',
    nth: 30,
    count: 3,
    effect: vendor('invalidArgument'),
  });
  google.faults.add({ operation: 'batch', nth: 3, count: 1, effect: { kind: 'lostReply' } });
  google.faults.add({
    operation: 'gmail.users.history.list',
    nth: 2,
    count: 1,
    effect: vendor('backendError'),
  });
  google.faults.add({ operation: 'oauth.token', nth: 2, count: 1, effect: { kind: 'garbage' } });
}

function addSalesforceFaults({ salesforce }: Services, quote: () => string): void {
  salesforce.faults.add({ operation: 'composite', nth: 2, count: 1, effect: { kind: 'lostReply' } });
  salesforce.faults.add({
    operation: 'collections.post',
    nth: 1,
    count: 4,
    effect: { kind: 'partial', nth: 3, code: 'STRING_TOO_LONG', message: quote() },
  });
  salesforce.faults.add({ operation: 'composite.graph', nth: 2, count: 1, effect: { kind: 'lostReply' } });
}
