/**
 * A certificate that nobody has signed but itself, made in memory for a served simulator: X.509 v3 with an EC key and one name (RFC 5280, 4.1). It is no
 * library for certificates; it writes the one form that its TLS server needs.
 */
import { generateKeyPairSync, sign } from 'node:crypto';

/** PEM texts, as `tls.createServer` takes them. */
export interface SelfSigned {
  readonly key: string;
  readonly cert: string;
}

const DAY_MS = 86_400_000;

/** A certificate for a DNS name, valid from a day before `now` (real time) to a day after. */
export function createSelfSigned(host: string, now: number): SelfSigned {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const algorithm = sequence(objectId(0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02)); // ecdsa-with-SHA256
  const name = sequence(
    tagged(0x31, sequence(objectId(0x55, 0x04, 0x03), tagged(0x0c, Buffer.from(host)))), // CN=host
  );
  const names = tagged(0x04, sequence(tagged(0x82, Buffer.from(host)))); // dNSName
  const extensions = sequence(sequence(objectId(0x55, 0x1d, 0x11), names)); // subjectAltName
  const body = sequence(
    tagged(0xa0, integer(2)),
    integer(1),
    algorithm,
    name,
    sequence(time(now - DAY_MS), time(now + DAY_MS)),
    name,
    publicKey.export({ type: 'spki', format: 'der' }),
    tagged(0xa3, extensions),
  );
  const signature = tagged(0x03, Buffer.from([0]), sign('sha256', body, privateKey));
  const der = sequence(body, algorithm, signature);
  return {
    key: String(privateKey.export({ type: 'pkcs8', format: 'pem' })),
    cert: `-----BEGIN CERTIFICATE-----\n${der.toString('base64').replace(/(.{64})(?!$)/g, '$1\n')}\n-----END CERTIFICATE-----\n`,
  };
}

/** Tag, length, value (X.690, 8.1). */
function tagged(tag: number, ...parts: readonly Buffer[]): Buffer {
  const value = Buffer.concat(parts);
  const { length } = value;
  const head =
    length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...head]), value]);
}

const sequence = (...parts: readonly Buffer[]): Buffer => tagged(0x30, ...parts);
const integer = (value: number): Buffer => tagged(0x02, Buffer.from([value]));
const objectId = (...bytes: readonly number[]): Buffer => tagged(0x06, Buffer.from(bytes));

/** GeneralizedTime, to the second. */
function time(at: number): Buffer {
  const digits = new Date(at).toISOString().replace(/[-:T]|\.\d+/g, '');
  return tagged(0x18, Buffer.from(digits));
}
