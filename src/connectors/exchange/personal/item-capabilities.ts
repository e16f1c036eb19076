/** What Exchange has, holds and takes of events, contacts and tasks: docs/remote-services/exchange.md#writing-items. */
import type { Collection, FieldSpec, FieldSpecs } from '../../../model/collection.ts';
import { able } from '../../../model/connector.ts';
import type { ItemCapabilities } from '../../../model/mail-items.ts';

/** `PidTagSubject` and `PidLidLocation` are cut by the server itself. */
const LINE_MAX = 255;
const any: FieldSpec = { lengthMax: null, writable: true };
const line: FieldSpec = { lengthMax: LINE_MAX, writable: true };

export const fieldSpecs: Readonly<Record<Collection, FieldSpecs>> = {
  events: { subject: line, location: line, description: any, time: any, showAs: any, isPrivate: any },
  contacts: {
    firstName: any,
    lastName: any,
    email: any,
    phone: any,
    mobile: any,
    homePhone: any,
    fax: any,
    title: any,
    department: any,
    company: any,
    street: any,
    city: any,
    state: any,
    postalCode: any,
    country: any,
    birthday: any,
    notes: any,
  },
  tasks: { subject: line, description: any, due: any, status: any, priority: any },
};

const BATCH_MAX = 50;

const capabilitiesOf = (collection: Collection): ItemCapabilities => ({
  fields: fieldSpecs[collection],
  categories: able,
  stamps: able,
  meetingWrites: able,
  batchMax: BATCH_MAX,
});

export const itemCapabilities: Readonly<Record<Collection, ItemCapabilities>> = {
  events: capabilitiesOf('events'),
  contacts: capabilitiesOf('contacts'),
  tasks: capabilitiesOf('tasks'),
};
