/**
 * How the application proves who it is: by an assertion signed with its certificate, else by its secret. It knows the client and nothing of
 * grants. https://learn.microsoft.com/entra/identity-platform/certificate-credentials
 */
import { createPrivateKey, type webcrypto, X509Certificate } from 'node:crypto';
import { type ClientAuth, ClientSecretPost, modifyAssertion, None, PrivateKeyJwt } from 'openid-client';
import { type Clock, MINUTE, SECOND } from '../../model/clock.ts';
import { failure, RemoteFailure } from '../../model/failure.ts';
import type { Office365App } from './service.ts';

/** An assertion is used at once; the rest is room for a clock that goes wrong. */
const LIFETIME_MS = 10 * MINUTE;

/** The client's authentication at `tokenEndpoint`. Rejects a key or certificate that cannot be read as `mailbox.app-misconfigured`. */
export function clientAuthentication(app: Office365App, tokenEndpoint: string, clock: Clock): ClientAuth {
  const { certificate, clientSecret } = app;
  if (certificate === null) return clientSecret === null ? None() : ClientSecretPost(clientSecret);
  return async (...args) => {
    const { key, x5t, x5tS256 } = await readCertificate(certificate);
    const sign = PrivateKeyJwt(key, {
      [modifyAssertion](header, payload) {
        header.typ = 'JWT';
        header.x5t = x5t;
        header['x5t#S256'] = x5tS256;
        const seconds = Math.floor(clock.now() / SECOND);
        Object.assign(payload, {
          aud: tokenEndpoint,
          iat: seconds,
          nbf: seconds,
          exp: seconds + LIFETIME_MS / SECOND,
        });
      },
    });
    await sign(...args);
  };
}

interface SigningCertificate {
  readonly key: webcrypto.CryptoKey;
  /** Thumbprints of the DER, base64url: SHA-1 and SHA-256. */
  readonly x5t: string;
  readonly x5tS256: string;
}

/** Imported once for each certificate of the configuration. */
const read = new WeakMap<object, Promise<SigningCertificate>>();

function readCertificate(certificate: NonNullable<Office365App['certificate']>): Promise<SigningCertificate> {
  const known = read.get(certificate);
  if (known !== undefined) return known;
  const reading = importCertificate(certificate).catch((error: unknown) => {
    throw new RemoteFailure(failure('mailbox.app-misconfigured', { vendorCode: 'CERTIFICATE' }), error);
  });
  read.set(certificate, reading);
  return reading;
}

async function importCertificate({
  key,
  certificate,
}: NonNullable<Office365App['certificate']>): Promise<SigningCertificate> {
  const x509 = new X509Certificate(certificate);
  const thumbprint = (hex: string) => Buffer.from(hex.replaceAll(':', ''), 'hex').toString('base64url');
  const der = createPrivateKey(key).export({ type: 'pkcs8', format: 'der' });
  return {
    key: await crypto.subtle.importKey(
      'pkcs8',
      new Uint8Array(der),
      { name: 'RSA-PSS', hash: 'SHA-256' },
      false,
      ['sign'],
    ),
    x5t: thumbprint(x509.fingerprint),
    x5tS256: thumbprint(x509.fingerprint256),
  };
}
