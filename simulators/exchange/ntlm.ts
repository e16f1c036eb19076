/**
 * The server's side of NTLM: the challenge with its target information, and the check of an NTLMv2 response against
 * the account's password. What a connection is in is kept by authentication.ts.
 * https://learn.microsoft.com/openspecs/windows_protocols/ms-nlmp
 */
import { createHmac, timingSafeEqual } from 'node:crypto';
import md4 from 'js-md4';
import { type Account, canLogIn, type Directory, findAccount } from './accounts.ts';

const SIGNATURE = Buffer.from('NTLMSSP\0', 'latin1');
const FLAGS = 0xe2898235;
const AV_EOL = 0;
const AV_NETBIOS_COMPUTER = 1;
const AV_NETBIOS_DOMAIN = 2;
const AV_DNS_COMPUTER = 3;
const AV_DNS_DOMAIN = 4;
const AV_DNS_TREE = 5;
const AV_TIMESTAMP = 7;

/** 1 or 3 for the client's messages; undefined for anything that is not NTLM. */
export function readNtlmType(message: Buffer): number | undefined {
  if (message.byteLength < 12 || !message.subarray(0, 8).equals(SIGNATURE)) return undefined;
  return message.readUInt32LE(8);
}

/** The type 2 message around an 8 byte `challenge`. `at` is the server's time, which goes into MsvAvTimestamp. */
export function writeChallenge(directory: Directory, challenge: Buffer, at: number): Buffer {
  const target = utf16(directory.netbiosDomain);
  const timestamp = Buffer.alloc(8);
  timestamp.writeBigUInt64LE((BigInt(Math.trunc(at)) + 11_644_473_600_000n) * 10_000n);
  const information = Buffer.concat([
    avPair(AV_NETBIOS_DOMAIN, utf16(directory.netbiosDomain)),
    avPair(AV_NETBIOS_COMPUTER, utf16(directory.hostName.toUpperCase())),
    avPair(AV_DNS_DOMAIN, utf16(directory.dnsDomain)),
    avPair(AV_DNS_COMPUTER, utf16(`${directory.hostName}.${directory.dnsDomain}`)),
    avPair(AV_DNS_TREE, utf16(directory.dnsDomain)),
    avPair(AV_TIMESTAMP, timestamp),
    avPair(AV_EOL, Buffer.alloc(0)),
  ]);
  const head = Buffer.alloc(56);
  SIGNATURE.copy(head, 0);
  head.writeUInt32LE(2, 8);
  writeField(head, 12, target.byteLength, 56);
  head.writeUInt32LE(FLAGS, 20);
  challenge.copy(head, 24);
  writeField(head, 40, information.byteLength, 56 + target.byteLength);
  head.set([10, 0, 0x63, 0x45, 0, 0, 0, 15], 48);
  return Buffer.concat([head, target, information]);
}

/** The account that a type 3 message proves for `challenge`; undefined when it proves nothing (NTLMv1 included). */
export function checkAuthenticate(
  directory: Directory,
  message: Buffer,
  challenge: Buffer,
): Account | undefined {
  if (message.byteLength < 64) return undefined;
  const response = readField(message, 20);
  const domain = readField(message, 28)?.toString('utf16le');
  const user = readField(message, 36)?.toString('utf16le');
  if (response === undefined || domain === undefined || user === undefined || response.byteLength < 44)
    return undefined;
  const account = findAccount(directory, domain === '' || user.includes('@') ? user : `${domain}\\${user}`);
  if (account === undefined || !canLogIn(account)) return undefined;
  const passwordHash = Buffer.from(md4.arrayBuffer(utf16(account.password)));
  const key = hmacMd5(passwordHash, utf16(user.toUpperCase() + domain));
  const proof = hmacMd5(key, Buffer.concat([challenge, response.subarray(16)]));
  return timingSafeEqual(proof, response.subarray(0, 16)) ? account : undefined;
}

function hmacMd5(key: Buffer, data: Buffer): Buffer {
  return createHmac('md5', key).update(data).digest();
}

function utf16(text: string): Buffer {
  return Buffer.from(text, 'utf16le');
}

function avPair(id: number, value: Buffer): Buffer {
  const head = Buffer.alloc(4);
  head.writeUInt16LE(id, 0);
  head.writeUInt16LE(value.byteLength, 2);
  return Buffer.concat([head, value]);
}

function writeField(buffer: Buffer, at: number, length: number, offset: number): void {
  buffer.writeUInt16LE(length, at);
  buffer.writeUInt16LE(length, at + 2);
  buffer.writeUInt32LE(offset, at + 4);
}

function readField(message: Buffer, at: number): Buffer | undefined {
  const length = message.readUInt16LE(at);
  const offset = message.readUInt32LE(at + 4);
  return offset + length > message.byteLength ? undefined : message.subarray(offset, offset + length);
}
