/**
 * NTLMv2 messages, pure: bytes in, bytes out, time and chance as arguments. It covers signing in over HTTP and nothing of sessions:
 * no signing or sealing, no key exchange, no channel binding.
 * @see https://learn.microsoft.com/openspecs/windows_protocols/ms-nlmp/ (section numbers below are of that document)
 */
import { createHmac } from 'node:crypto';
import md4 from 'js-md4';

/** 2.2.2.5 NEGOTIATE. */
const UNICODE = 0x1;
const REQUEST_TARGET = 0x4;
const NTLM = 0x200;
const ALWAYS_SIGN = 0x8000;
const EXTENDED_SESSION_SECURITY = 0x80000;
const TARGET_INFO = 0x800000;
const VERSION = 0x2000000;
const KEY_128 = 0x20000000;
const KEY_56 = 0x80000000;
const OFFERED =
  (UNICODE | REQUEST_TARGET | NTLM | ALWAYS_SIGN | EXTENDED_SESSION_SECURITY | VERSION | KEY_128 | KEY_56) >>>
  0;

/** 2.2.2.10 VERSION: Windows 10, NTLM revision 15; servers use it for debugging only. */
const VERSION_BYTES = Buffer.from('0a0000000000000f', 'hex');
const SIGNATURE = Buffer.from('NTLMSSP\0', 'latin1');

/** 2.2.2.1 AV_PAIR ids. */
const AV_END = 0;
const AV_FLAGS = 6;
const AV_TIMESTAMP = 7;
const AV_FLAG_MIC = 0x2;

export interface NtlmCredential {
  readonly user: string;
  /** NetBIOS or DNS domain; empty when the user is a UPN. */
  readonly domain: string;
  readonly password: string;
}

export interface Challenge {
  readonly flags: number;
  readonly serverChallenge: Buffer;
  readonly targetInfo: Buffer;
  /** FILETIME of MsvAvTimestamp: then the server wants a MIC (3.1.5.1.2). */
  readonly timestamp: Buffer | null;
}

/** Splits `DOMAIN\user`; every other form goes to the server whole, as a UPN. */
export function ntlmCredential(login: string, password: string): NtlmCredential {
  const slash = login.indexOf('\\');
  return slash < 0
    ? { user: login, domain: '', password }
    : { user: login.slice(slash + 1), domain: login.slice(0, slash), password };
}

/** 2.2.1.1 NEGOTIATE_MESSAGE without domain or workstation. */
export function negotiateMessage(): Buffer {
  const message = Buffer.alloc(40);
  SIGNATURE.copy(message);
  message.writeUInt32LE(1, 8);
  message.writeUInt32LE(OFFERED, 12);
  message.writeUInt32LE(40, 20);
  message.writeUInt32LE(40, 28);
  VERSION_BYTES.copy(message, 32);
  return message;
}

/** 2.2.1.2 CHALLENGE_MESSAGE; null when the bytes are none. */
export function readChallenge(message: Buffer): Challenge | null {
  if (message.length < 32 || !message.subarray(0, 8).equals(SIGNATURE) || message.readUInt32LE(8) !== 2)
    return null;
  const flags = message.readUInt32LE(20);
  let targetInfo: Buffer = Buffer.alloc(0);
  if ((flags & TARGET_INFO) !== 0 && message.length >= 48) {
    const length = message.readUInt16LE(40);
    const offset = message.readUInt32LE(44);
    if (offset + length > message.length) return null;
    targetInfo = message.subarray(offset, offset + length);
  }
  const pairs = readPairs(targetInfo);
  if (pairs === null) return null;
  return {
    flags,
    serverChallenge: message.subarray(24, 32),
    targetInfo,
    timestamp: pairs.get(AV_TIMESTAMP) ?? null,
  };
}

function readPairs(bytes: Buffer): Map<number, Buffer> | null {
  const pairs = new Map<number, Buffer>();
  let at = 0;
  while (at + 4 <= bytes.length) {
    const id = bytes.readUInt16LE(at);
    const length = bytes.readUInt16LE(at + 2);
    if (id === AV_END) break;
    if (at + 4 + length > bytes.length) return null;
    pairs.set(id, bytes.subarray(at + 4, at + 4 + length));
    at += 4 + length;
  }
  return pairs;
}

function writePairs(pairs: ReadonlyMap<number, Buffer>): Buffer {
  const parts: Buffer[] = [];
  for (const [id, value] of pairs) {
    const head = Buffer.alloc(4);
    head.writeUInt16LE(id, 0);
    head.writeUInt16LE(value.length, 2);
    parts.push(head, value);
  }
  return Buffer.concat([...parts, Buffer.alloc(4)]);
}

const hmacMd5 = (key: Buffer, ...data: readonly Buffer[]): Buffer =>
  createHmac('md5', key).update(Buffer.concat(data)).digest();

/** 3.3.2 NTOWFv2: the domain keeps its case. */
export function ntowfV2(credential: NtlmCredential): Buffer {
  const hash = Buffer.from(md4.array(Buffer.from(credential.password, 'utf16le')));
  return hmacMd5(hash, Buffer.from(credential.user.toUpperCase() + credential.domain, 'utf16le'));
}

export interface V2Responses {
  readonly lm: Buffer;
  readonly nt: Buffer;
  readonly sessionBaseKey: Buffer;
}

/** 3.3.2 ComputeResponse. `time` is a FILETIME of eight bytes, `clientChallenge` eight bytes of chance. */
export function computeResponses(
  key: Buffer,
  serverChallenge: Buffer,
  clientChallenge: Buffer,
  time: Buffer,
  targetInfo: Buffer,
): V2Responses {
  const temp = Buffer.concat([
    Buffer.from([1, 1, 0, 0, 0, 0, 0, 0]),
    time,
    clientChallenge,
    Buffer.alloc(4),
    targetInfo,
    Buffer.alloc(4),
  ]);
  const proof = hmacMd5(key, serverChallenge, temp);
  return {
    nt: Buffer.concat([proof, temp]),
    lm: Buffer.concat([hmacMd5(key, serverChallenge, clientChallenge), clientChallenge]),
    sessionBaseKey: hmacMd5(key, proof),
  };
}

/** 2.3.3 of MS-DTYP: tenths of microseconds since 1601. */
export function fileTime(now: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE((BigInt(Math.trunc(now)) + 11_644_473_600_000n) * 10_000n);
  return bytes;
}

export interface AuthenticateInput {
  readonly credential: NtlmCredential;
  readonly negotiate: Buffer;
  readonly challenge: Buffer;
  readonly clientChallenge: Buffer;
  /** Used where the server names no time of its own. */
  readonly now: number;
}

/** 2.2.1.3 AUTHENTICATE_MESSAGE; null when the challenge cannot be read. */
export function authenticateMessage(input: AuthenticateInput): Buffer | null {
  const challenge = readChallenge(input.challenge);
  const pairs = challenge === null ? null : readPairs(challenge.targetInfo);
  if (challenge === null || pairs === null) return null;
  const withMic = challenge.timestamp !== null;
  if (withMic) {
    const flags = Buffer.alloc(4);
    flags.writeUInt32LE((pairs.get(AV_FLAGS)?.readUInt32LE(0) ?? 0) | AV_FLAG_MIC);
    pairs.set(AV_FLAGS, flags);
  }
  const responses = computeResponses(
    ntowfV2(input.credential),
    challenge.serverChallenge,
    input.clientChallenge,
    challenge.timestamp ?? fileTime(input.now),
    challenge.targetInfo.length === 0 ? Buffer.alloc(0) : writePairs(pairs),
  );
  const payload: readonly Buffer[] = [
    // With a timestamp the LM response is empty of meaning (3.1.5.1.2).
    withMic ? Buffer.alloc(24) : responses.lm,
    responses.nt,
    Buffer.from(input.credential.domain, 'utf16le'),
    Buffer.from(input.credential.user, 'utf16le'),
    Buffer.from('LOCKSTEP', 'utf16le'),
    Buffer.alloc(0),
  ];
  const message = layOut(payload, (OFFERED | TARGET_INFO) & (challenge.flags | REQUEST_TARGET | VERSION));
  if (withMic) {
    // Without key exchange the exported session key is the session base key (3.1.5.1.2).
    hmacMd5(responses.sessionBaseKey, input.negotiate, input.challenge, message).copy(message, 72);
  }
  return message;
}

const HEADER_BYTES = 88;

function layOut(payload: readonly Buffer[], flags: number): Buffer {
  const header = Buffer.alloc(HEADER_BYTES);
  SIGNATURE.copy(header);
  header.writeUInt32LE(3, 8);
  let offset = HEADER_BYTES;
  for (const [index, part] of payload.entries()) {
    header.writeUInt16LE(part.length, 12 + index * 8);
    header.writeUInt16LE(part.length, 14 + index * 8);
    header.writeUInt32LE(offset, 16 + index * 8);
    offset += part.length;
  }
  header.writeUInt32LE(flags >>> 0, 60);
  VERSION_BYTES.copy(header, 64);
  return Buffer.concat([header, ...payload]);
}
