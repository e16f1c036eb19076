import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import {
  authenticateMessage,
  computeResponses,
  fileTime,
  negotiateMessage,
  ntlmCredential,
  ntowfV2,
  readChallenge,
} from './ntlm.ts';

const hex = (text: string): Buffer => Buffer.from(text.replace(/\s/g, ''), 'hex');

/** MS-NLMP 4.2.1: the values common to its examples. */
const credential = { user: 'User', domain: 'Domain', password: 'Password' };
const serverChallenge = hex('0123456789abcdef');
const clientChallenge = hex('aaaaaaaaaaaaaaaa');
const targetInfo = hex('02000c0044006f006d00610069006e00 01000c0053006500720076006500720000000000');
/** MS-NLMP 4.2.4.3. */
const challengeMessage = hex(`4e544c4d53535000 02000000 0c000c00 38000000 33828ae2 0123456789abcdef
  0000000000000000 2400 2400 44000000 060070170000000f 530065007200760065007200
  02000c0044006f006d00610069006e00 01000c0053006500720076006500720000000000`);

describe('the examples of MS-NLMP 4.2.4', () => {
  it('derives NTOWFv2', () => {
    expect(ntowfV2(credential).toString('hex')).toBe('0c868a403bfd7a93a3001ef22ef02e3f');
  });

  it('computes both responses and the session base key', () => {
    const made = computeResponses(
      ntowfV2(credential),
      serverChallenge,
      clientChallenge,
      Buffer.alloc(8),
      targetInfo,
    );
    expect(made.lm.toString('hex')).toBe('86c35097ac9cec102554764a57cccc19aaaaaaaaaaaaaaaa');
    expect(made.nt.subarray(0, 16).toString('hex')).toBe('68cd0ab851e51c96aabc927bebef6a1c');
    expect(made.sessionBaseKey.toString('hex')).toBe('8de40ccadbc14a82f15cb0ad0de95ca3');
    expect(made.nt.length).toBe(84);
  });

  it('reads the challenge message', () => {
    const challenge = readChallenge(challengeMessage);
    expect(challenge?.serverChallenge).toEqual(serverChallenge);
    expect(challenge?.targetInfo).toEqual(targetInfo);
    expect(challenge?.timestamp).toBeNull();
  });
});

describe('authenticateMessage', () => {
  const field = (message: Buffer, at: number): Buffer => {
    const offset = message.readUInt32LE(at + 4);
    return message.subarray(offset, offset + message.readUInt16LE(at));
  };
  const make = (challenge: Buffer) =>
    authenticateMessage({
      credential,
      negotiate: negotiateMessage(),
      challenge,
      clientChallenge,
      now: -11_644_473_600_000,
    });

  it('carries the responses of the example and the names', () => {
    const message = make(challengeMessage) ?? Buffer.alloc(0);
    expect(field(message, 12).toString('hex')).toBe('86c35097ac9cec102554764a57cccc19aaaaaaaaaaaaaaaa');
    expect(field(message, 20).subarray(0, 16).toString('hex')).toBe('68cd0ab851e51c96aabc927bebef6a1c');
    expect(field(message, 28).toString('utf16le')).toBe('Domain');
    expect(field(message, 36).toString('utf16le')).toBe('User');
    expect(message.subarray(72, 88)).toEqual(Buffer.alloc(16));
  });

  it('adds a MIC over all three messages when the server sent a timestamp', () => {
    const stamp = fileTime(1_700_000_000_000);
    const info = Buffer.concat([targetInfo.subarray(0, -4), hex('07000800'), stamp, Buffer.alloc(4)]);
    const head = Buffer.from(challengeMessage.subarray(0, 68));
    head.writeUInt16LE(info.length, 40);
    head.writeUInt16LE(info.length, 42);
    const challenge = Buffer.concat([head, info]);
    const message = make(challenge) ?? Buffer.alloc(0);
    expect(field(message, 12)).toEqual(Buffer.alloc(24));
    const nt = field(message, 20);
    expect(nt.subarray(24, 32)).toEqual(stamp);
    const withFlags = Buffer.concat([info.subarray(0, -4), hex('0600040002000000'), Buffer.alloc(4)]);
    const expected = computeResponses(
      ntowfV2(credential),
      serverChallenge,
      clientChallenge,
      stamp,
      withFlags,
    );
    expect(nt).toEqual(expected.nt);
    const blank = Buffer.from(message);
    blank.fill(0, 72, 88);
    const mic = createHmac('md5', expected.sessionBaseKey)
      .update(Buffer.concat([negotiateMessage(), challenge, blank]))
      .digest();
    expect(message.subarray(72, 88)).toEqual(mic);
  });

  it('refuses bytes that are no challenge', () => {
    expect(make(Buffer.from('nonsense'))).toBeNull();
    const lying = Buffer.from(challengeMessage);
    lying.writeUInt32LE(60_000, 44);
    expect(make(lying)).toBeNull();
  });
});

describe('ntlmCredential', () => {
  it('splits DOMAIN\\user and leaves a UPN whole', () => {
    expect(ntlmCredential('CORP\\ann', 'x')).toMatchObject({ user: 'ann', domain: 'CORP' });
    expect(ntlmCredential('ann@corp.example', 'x')).toMatchObject({ user: 'ann@corp.example', domain: '' });
  });
});
