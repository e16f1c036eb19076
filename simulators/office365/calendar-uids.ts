/**
 * iCalendar UIDs as Exchange keeps them: global object ids in hex, which carry the original date where they name one occurrence.
 * UIDs of other makers are wrapped into such an id when a date has to go in.
 * https://learn.microsoft.com/openspecs/exchange_server_protocols/ms-oxocal (PidLidGlobalObjectId)
 */
import type { Random } from '../shared/random.ts';
import { drawBytes } from './ids.ts';
import { DAY_MS } from './time-zones.ts';

const GLOBAL_ID = '040000008200E00074C5B7101A82E008';
const FILE_TIME_EPOCH_MS = Date.UTC(1601, 0, 1);

/** A new UID; its bytes 16 to 19 stay empty, as for a single event or a whole series. */
export function makeUid(random: Random, now: number): string {
  const time = Buffer.alloc(8);
  time.writeBigUInt64LE(BigInt(now - FILE_TIME_EPOCH_MS) * 10_000n);
  const tail = drawBytes(random, 16).toString('hex');
  return `${GLOBAL_ID}00000000${time.toString('hex')}${'0'.repeat(16)}10000000${tail}`.toUpperCase();
}

/** The UID of one occurrence: that of its series with its original date inside. UIDs of other makers are wrapped first. */
export function uidOnDay(uid: string, day: number): string {
  const date = new Date(day * DAY_MS);
  const stamp = Buffer.alloc(4);
  stamp.writeUInt16BE(date.getUTCFullYear());
  stamp.writeUInt8(date.getUTCMonth() + 1, 2);
  stamp.writeUInt8(date.getUTCDate(), 3);
  const own = uid.startsWith(GLOBAL_ID) ? uid : wrapUid(uid);
  return `${own.slice(0, 32)}${stamp.toString('hex')}${own.slice(40)}`.toUpperCase();
}

/** A foreign UID as a global object id (MS-OXCICAL: `vCal-Uid`, version 1, the UID, a zero byte). */
function wrapUid(uid: string): string {
  const data = Buffer.concat([Buffer.from('vCal-Uid\u0001\u0000\u0000\u0000'), Buffer.from(`${uid}\u0000`)]);
  const size = Buffer.alloc(4);
  size.writeUInt32LE(data.byteLength);
  return `${GLOBAL_ID}${'0'.repeat(40)}${size.toString('hex')}${data.toString('hex')}`;
}

/** The global object id of an event as bytes: of an occurrence with its date, of a series (and clean) without. */
export function globalId(uid: string): Buffer {
  return Buffer.from(uid.startsWith(GLOBAL_ID) ? uid : wrapUid(uid), 'hex');
}
