/** Any text that a record may hold comes back from the simulated Exchange as the canonical text that it went as. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import {
  allDaySpan,
  canonicalLine,
  canonicalText,
  reduceFields,
  timedSpan,
} from '../../src/model/canonical.ts';
import { DAY, HOUR } from '../../src/model/clock.ts';
import { type Collection, collections, type FieldName, fieldsOf } from '../../src/model/collection.ts';
import { newItem, openItems, valuesOf } from '../support/exchange-items-bench.ts';

const SEED = 20_261_128;
/** What neither XML nor UTF-8 can carry is no text. */
const text = fc.string({ unit: 'binary', maxLength: 300 }).map((one) => one.replace(/[\ufffe\uffff]/g, ''));
const awkward = fc.constantFrom(
  '<![CDATA[x]]>',
  '&amp;#x1;',
  ' a\u00a0b\u2028c ',
  'e\u0301',
  '\t- x\r\n\r\n\r\ny',
  ']]>',
  '“ß”😀'.repeat(60),
);
const line = fc.oneof(text, awkward).map((one) => canonicalLine(one));
const lines = fc.array(fc.oneof(text, awkward), { maxLength: 4 }).map((all) => canonicalText(all.join('\n')));
const day = fc
  .integer({ min: 12_000, max: 30_000 })
  .map((at) => new Date(at * DAY).toISOString().slice(0, 10));
const time = fc.oneof(
  fc
    .tuple(fc.integer({ min: 1e12, max: 2e12 }), fc.integer({ min: 0, max: 20 * DAY }))
    .map(([at, ms]) => timedSpan(at, at + ms)),
  fc
    .tuple(day, fc.integer({ min: 1, max: 10 }))
    .map(([from, days]) =>
      allDaySpan(from, new Date(Date.parse(from) + days * DAY + HOUR).toISOString().slice(0, 10)),
    ),
);
const VALUES: Partial<Record<FieldName, fc.Arbitrary<string>>> = {
  description: lines,
  notes: lines,
  street: lines,
  time,
  showAs: fc.constantFrom('busy', 'free', 'tentative', 'out-of-office', 'elsewhere'),
  isPrivate: fc.constantFrom('yes', ''),
  email: fc.oneof(
    fc.constant(''),
    fc.emailAddress().map((one) => one.toLowerCase()),
  ),
  birthday: fc.oneof(fc.constant(''), day),
  due: fc.oneof(fc.constant(''), day),
  status: fc.constantFrom('open', 'in-progress', 'waiting', 'deferred', 'completed'),
  priority: fc.constantFrom('high', 'normal', 'low'),
};
const fieldsFor = (collection: Collection) =>
  fc.record(Object.fromEntries(fieldsOf[collection].map((name) => [name, VALUES[name] ?? line])));

const COUNT = 50;

it.each(collections)('of %s, made and changed', async (collection) => {
  const world = openItems();
  world.simulator.createEvent('ann@contoso.test', {
    start: '2026-01-06T09:00:00',
    timeZone: 'AUS Eastern Standard Time',
  });
  const { items } = world.connect();
  const specs = items.capabilities[collection].fields;
  const [made, changed] = [1, 2].map((step) =>
    fc.sample(fieldsFor(collection), { seed: SEED + step, numRuns: COUNT }),
  );
  const wishes = (made ?? []).map((fields, index) => newItem(`s${index}`, fields));
  const created = valuesOf(await items.createItems(collection, wishes, { mayExist: false }));
  const ids = created.map(({ itemId }) => itemId);
  const after = valuesOf(await items.readItems(collection, ids));
  expect(after.map(({ fields }) => fields)).toEqual(
    (made ?? []).map((fields) => reduceFields(fields, specs)),
  );
  const updates = after.map(({ itemId, version }, index) => ({
    itemId,
    version,
    fields: changed?.[index] ?? {},
  }));
  const written = valuesOf(await items.updateItems(collection, updates));
  const at = valuesOf(await items.readItems(collection, ids));
  expect(at.map(({ fields }) => fields)).toEqual(
    (changed ?? []).map((fields) => reduceFields(fields, specs)),
  );
  expect(at.map(({ version }) => version)).toEqual(written.map(({ version }) => version));
  expect(world.notifications()).toBe(0);
});
