import fc from 'fast-check';
import { expect, test } from 'vitest';
import { newKey, open, SealBroken, seal, sealedBy, sealingKey } from './sealing.ts';

const key = sealingKey(new Uint8Array(32).fill(1));

test('what is sealed opens with the same key and context', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), fc.string(), (plain, context) => {
      expect(open([newKey(), key], seal(key, plain, context), context)).toEqual(Buffer.from(plain));
    }),
  );
});

test('any changed bit, a cut end or another place makes it unreadable', () => {
  const sealed = seal(key, 'a password', 'here');
  for (let bit = 0; bit < sealed.length * 8; bit += 1) {
    const changed = Buffer.from(sealed);
    const at = bit >> 3;
    changed.writeUInt8(changed.readUInt8(at) ^ (1 << (bit & 7)), at);
    expect(() => open([key], changed, 'here')).toThrow(SealBroken);
  }
  for (let length = 0; length < sealed.length; length += 1) {
    expect(() => open([key], sealed.subarray(0, length), 'here')).toThrow(SealBroken);
  }
  expect(() => open([key], sealed, 'there')).toThrow(SealBroken);
});

test('a missing key is told from tampering', () => {
  const sealed = seal(key, 'a password', 'here');
  expect(() => open([newKey()], sealed, 'here')).toThrow(expect.objectContaining({ reason: 'unknown-key' }));
  expect(sealedBy(sealed)).toBe(key.id);
});

test('the same plain text is never sealed the same way twice, and shows nowhere', () => {
  const [one, other] = [seal(key, 'a password', 'here'), seal(key, 'a password', 'here')];
  expect(one.equals(other)).toBe(false);
  expect(one.includes('a password')).toBe(false);
});

test('a key has 32 bytes', () => {
  expect(() => sealingKey(new Uint8Array(31))).toThrow(/32 bytes/);
});
