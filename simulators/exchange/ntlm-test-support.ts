/**
 * The client's side of NTLMv2 for tests of the simulator, written from the specification a second time.
 * https://learn.microsoft.com/openspecs/windows_protocols/ms-nlmp
 */
import { createHmac } from 'node:crypto';
import md4 from 'js-md4';

/** The type 3 message (base64) that answers a type 2 token for a user of the domain CONTOSO. */
export function type3(challengeToken: string, user: string, password: string): string {
  const type2 = Buffer.from(challengeToken, 'base64');
  const utf16 = (text: string) => Buffer.from(text, 'utf16le');
  const hmac = (key: Buffer, data: Buffer) => createHmac('md5', key).update(data).digest();
  const info = type2.subarray(type2.readUInt32LE(44), type2.readUInt32LE(44) + type2.readUInt16LE(40));
  const key = hmac(Buffer.from(md4.arrayBuffer(utf16(password))), utf16(`${user.toUpperCase()}CONTOSO`));
  const temp = Buffer.concat([
    Buffer.from([1, 1, 0, 0, 0, 0, 0, 0]),
    Buffer.alloc(8),
    Buffer.alloc(8, 7),
    Buffer.alloc(4),
    info,
    Buffer.alloc(4),
  ]);
  const response = Buffer.concat([hmac(key, Buffer.concat([type2.subarray(24, 32), temp])), temp]);
  const parts = [Buffer.alloc(24), response, utf16('CONTOSO'), utf16(user), Buffer.alloc(0), Buffer.alloc(0)];
  const head = Buffer.alloc(64);
  head.write('NTLMSSP\0', 'latin1');
  head.writeUInt32LE(3, 8);
  let offset = 64;
  for (const [index, part] of parts.entries()) {
    head.writeUInt16LE(part.byteLength, 12 + index * 8);
    head.writeUInt16LE(part.byteLength, 14 + index * 8);
    head.writeUInt32LE(offset, 16 + index * 8);
    offset += part.byteLength;
  }
  return Buffer.concat([head, ...parts]).toString('base64');
}

/** A type 1 message, base64. */
export const TYPE1 = Buffer.concat([
  Buffer.from('NTLMSSP\0', 'latin1'),
  Buffer.from([1, 0, 0, 0, 7, 130, 8, 162]),
  Buffer.alloc(16),
]).toString('base64');
