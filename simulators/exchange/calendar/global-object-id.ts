/**
 * The global object id that all copies of a meeting share, and the UID EWS shows for it: the id's hexadecimal form for
 * ids that Exchange made, the plain text for UIDs of other calendars (MS-OXOCAL 2.2.1.27, MS-OXCICAL 2.1.3.1.1.20.26).
 */
import { dayOf } from '../zones/zone.ts';
import { writeDay } from './recurrence.ts';

const CLASS_ID = Buffer.from('040000008200e00074c5b7101a82e008', 'hex');
const FOREIGN_MARK = Buffer.concat([Buffer.from('vCal-Uid'), Buffer.from([1, 0, 0, 0])]);
const FILETIME_EPOCH_MS = 11_644_473_600_000;

/** A new UID as Exchange makes it. `random` is 16 bytes. */
export function createUid(at: number, random: Uint8Array): string {
  const head = Buffer.alloc(24);
  head.writeBigUInt64LE(BigInt(at + FILETIME_EPOCH_MS) * 10_000n, 4);
  const size = Buffer.alloc(4);
  size.writeUInt32LE(random.byteLength);
  const tail = Buffer.concat([head.subarray(0, 20), size, random]);
  return Buffer.concat([CLASS_ID, tail]).toString('hex').toUpperCase();
}

/** The clean id behind a UID, without any date. */
export function cleanGlobalObjectId(uid: string): Buffer {
  if (/^[0-9a-f]+$/i.test(uid) && uid.length % 2 === 0) {
    const bytes = Buffer.from(uid, 'hex');
    if (bytes.byteLength > 40 && bytes.subarray(0, 16).equals(CLASS_ID)) {
      bytes.fill(0, 16, 20);
      return bytes;
    }
  }
  const data = Buffer.concat([FOREIGN_MARK, Buffer.from(uid), Buffer.from([0])]);
  const size = Buffer.alloc(4);
  size.writeUInt32LE(data.byteLength);
  return Buffer.concat([CLASS_ID, Buffer.alloc(20), size, data]);
}

/** The id of one occurrence: the clean one with the local day it was planned for in bytes 16 to 19. */
export function globalObjectId(uid: string, originalLocalStart: number | undefined): Buffer {
  const bytes = cleanGlobalObjectId(uid);
  if (originalLocalStart === undefined) return bytes;
  const [year = 0, month = 0, day = 0] = writeDay(dayOf(originalLocalStart)).split('-').map(Number);
  bytes.writeUInt16BE(year, 16);
  bytes.writeUInt8(month, 18);
  bytes.writeUInt8(day, 19);
  return bytes;
}
