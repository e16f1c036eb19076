import { expect, test } from 'vitest';
import { cleanUid, eventKey } from './event-key.ts';

const HEAD = '040000008200E00074C5B7101A82E008';
const REST = '00B0F1A2C3D4DC01000000000000000010000000';
const DATA = '0123456789ABCDEF0123456789ABCDEF';

test("an occurrence's UID of Exchange is its series' UID", () => {
  const series = `${HEAD}00000000${REST}${DATA}`;
  expect(cleanUid(`${HEAD}07EA0B1B${REST}${DATA}`)).toBe(series);
  expect(cleanUid(series.toLowerCase())).toBe(series);
  expect(cleanUid(cleanUid(series))).toBe(series);
});

test("another program's UID is unwrapped", () => {
  const uid = 'meeting-7@outside.test';
  const wrapped = `vCal-Uid\u0001\u0000\u0000\u0000${uid}\u0000`;
  const data = [...wrapped].map((letter) => letter.charCodeAt(0).toString(16).padStart(2, '0')).join('');
  expect(cleanUid(`${HEAD}00000000${REST}${data}`)).toBe(uid);
});

test('every other UID stays as it is', () => {
  for (const uid of ['abc@google.com', `${HEAD}0001`, '', 'F00D']) expect(cleanUid(` ${uid} `)).toBe(uid);
});

test('an event without UID has no key; an occurrence has its own', () => {
  expect(eventKey({ uid: '', originalStart: null })).toBeNull();
  expect(eventKey({ uid: 'a', originalStart: null })).not.toBe(
    eventKey({ uid: 'a', originalStart: '2026-11-27T10:00:00Z' }),
  );
});
