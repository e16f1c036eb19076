/**
 * Where each field of a contact stands in the lists that Google keeps: which telephone number is the mobile one, which address is the one that counts.
 * One value of a list is ours; all others stay as they are. Pure.
 */
import { type PersonField, textIn, type Value } from './person.ts';

/** The type of a value as people see it; '' where there is none. */
const typeOf = (value: Value): string => textIn(value, 'type').toLowerCase();

export interface Slot {
  readonly list: PersonField;
  /** The value that is ours; -1 where there is none. */
  find(values: readonly Value[]): number;
  /** What a new value has beside ours. */
  readonly fresh: Value;
}

/** The first value of the first type that is there. */
function firstOfTypes(...types: readonly string[]) {
  return (values: readonly Value[]): number => {
    for (const type of types) {
      const index = values.findIndex((value) => typeOf(value) === type);
      if (index >= 0) return index;
    }
    return -1;
  };
}

const FAX = ['workfax', 'homefax', 'otherfax'];
const MOBILE = ['mobile', 'workmobile'];
const HOME = ['home'];
const ELSEWHERE: ReadonlySet<string> = new Set([...FAX, ...MOBILE, ...HOME, 'pager', 'workpager']);

/** The number at work; of a person who has none, the one that nobody gave a sort. */
function businessPhone(values: readonly Value[]): number {
  const typed = firstOfTypes('work', 'main')(values);
  return typed >= 0 ? typed : values.findIndex((value) => !ELSEWHERE.has(typeOf(value)));
}

const first = (values: readonly Value[]): number => (values.length === 0 ? -1 : 0);

function workOrFirst(values: readonly Value[]): number {
  const work = firstOfTypes('work')(values);
  return work >= 0 ? work : first(values);
}

export const slots = {
  email: { list: 'emailAddresses', find: first, fresh: { type: 'work' } },
  phone: { list: 'phoneNumbers', find: businessPhone, fresh: { type: 'work' } },
  mobile: { list: 'phoneNumbers', find: firstOfTypes(...MOBILE), fresh: { type: 'mobile' } },
  homePhone: { list: 'phoneNumbers', find: firstOfTypes(...HOME), fresh: { type: 'home' } },
  fax: { list: 'phoneNumbers', find: firstOfTypes(...FAX), fresh: { type: 'workFax' } },
  name: { list: 'names', find: first, fresh: {} },
  organization: { list: 'organizations', find: first, fresh: { type: 'work' } },
  address: { list: 'addresses', find: workOrFirst, fresh: { type: 'work' } },
  birthday: { list: 'birthdays', find: first, fresh: {} },
  notes: { list: 'biographies', find: first, fresh: {} },
} as const satisfies Record<string, Slot>;
