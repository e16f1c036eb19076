/**
 * Where each field of a contact stands in the lists that Google keeps: which telephone number is the mobile one, which address is the one that counts.
 * One value of a list is ours; all others stay as they are. Pure.
 */
import { z } from 'zod';
import { flag } from './lenient.ts';
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

const primarySchema = z.looseObject({ primary: flag, sourcePrimary: flag });

/** Lists have no order that Google promises; one value of each is the primary one. */
function isPrimary({ metadata }: Value): boolean {
  const { data } = primarySchema.safeParse(metadata);
  return data?.sourcePrimary === true || data?.primary === true;
}

/** The primary one of the values that fit, else the first of them; -1 where none fits. */
function best(values: readonly Value[], fits: (value: Value) => boolean): number {
  const primary = values.findIndex((value) => isPrimary(value) && fits(value));
  return primary >= 0 ? primary : values.findIndex(fits);
}

/** The best value of the first type that is there. */
function ofTypes(...types: readonly string[]) {
  return (values: readonly Value[]): number => {
    for (const type of types) {
      const index = best(values, (value) => typeOf(value) === type);
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
  const typed = ofTypes('work', 'main')(values);
  return typed >= 0 ? typed : best(values, (value) => !ELSEWHERE.has(typeOf(value)));
}

const main = (values: readonly Value[]): number => best(values, () => true);

function workOrMain(values: readonly Value[]): number {
  const work = ofTypes('work')(values);
  return work >= 0 ? work : main(values);
}

export const slots = {
  email: { list: 'emailAddresses', find: main, fresh: { type: 'work' } },
  phone: { list: 'phoneNumbers', find: businessPhone, fresh: { type: 'work' } },
  mobile: { list: 'phoneNumbers', find: ofTypes(...MOBILE), fresh: { type: 'mobile' } },
  homePhone: { list: 'phoneNumbers', find: ofTypes(...HOME), fresh: { type: 'home' } },
  fax: { list: 'phoneNumbers', find: ofTypes(...FAX), fresh: { type: 'workFax' } },
  name: { list: 'names', find: main, fresh: {} },
  organization: { list: 'organizations', find: main, fresh: { type: 'work' } },
  address: { list: 'addresses', find: workOrMain, fresh: { type: 'work' } },
  birthday: { list: 'birthdays', find: main, fresh: {} },
  notes: { list: 'biographies', find: main, fresh: {} },
} as const satisfies Record<string, Slot>;
