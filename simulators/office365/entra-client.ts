/**
 * How an application proves itself at the token endpoint: a secret (in the body or as Basic) or an assertion signed
 * with its certificate. It decides who calls, not what the caller gets.
 * https://learn.microsoft.com/entra/identity-platform/certificate-credentials
 */
import { createPublicKey } from 'node:crypto';
import { decodeJwt, decodeProtectedHeader, errors, jwtVerify } from 'jose';
import type { Application, Tenant } from './directory.ts';
import { EntraError, missing } from './entra-errors.ts';
import type { World } from './world.ts';

const ASSERTION_TYPE = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';

/** The application of a client id, if it exists and may be used in the tenant (undefined: any). Fails with 700016, 7000112, 50194. */
export function findApplication(
  world: World,
  clientId: string | null,
  tenant: Tenant | undefined,
): Application {
  if (clientId === null || clientId === '') throw missing('client_id');
  const app = world.apps.get(clientId);
  if (app === undefined) throw new EntraError(700016);
  if (app.isDisabled) throw new EntraError(7000112);
  if (app.onlyTenant !== undefined) {
    if (tenant === undefined) throw new EntraError(50194);
    if (tenant.domain !== app.onlyTenant && tenant.id !== app.onlyTenant) throw new EntraError(700016);
  }
  return app;
}

/** Whether the application registered the address; on this machine's own host every port is the registered one. */
export function allowsRedirect(app: Application, given: string): boolean {
  if (app.redirectUris.includes(given)) return true;
  const portless = (address: string) => address.replace(/^(http:\/\/(?:localhost|127\.0\.0\.1)):\d+/, '$1');
  return portless(given) !== given && app.redirectUris.some((each) => portless(each) === portless(given));
}

/** The application a token request proves to come from. `audiences` are the addresses an assertion may be made out to. */
export async function authenticateClient(
  world: World,
  form: URLSearchParams,
  authorization: string | null,
  tenant: Tenant | undefined,
  audiences: string[],
): Promise<Application> {
  const basic = readBasic(authorization);
  const assertion = form.get('client_assertion');
  const clientId = form.get('client_id') ?? basic?.id ?? (assertion === null ? null : subjectOf(assertion));
  const app = findApplication(world, clientId, tenant);
  if (assertion !== null) {
    if (form.get('client_assertion_type') !== ASSERTION_TYPE) throw missing('client_assertion_type');
    await checkAssertion(world, app, assertion, audiences);
    return app;
  }
  const secret = form.get('client_secret') ?? basic?.secret;
  if (secret === undefined) throw new EntraError(7000218);
  const known = app.secrets.find((each) => each.value === secret);
  if (known === undefined) throw new EntraError(7000215);
  if (known.expiresAt !== undefined && known.expiresAt <= world.now()) throw new EntraError(7000222);
  return app;
}

async function checkAssertion(world: World, app: Application, assertion: string, audiences: string[]) {
  const certificate = app.certificates.find((each) => each.thumbprint === thumbprintOf(assertion));
  if (certificate === undefined) throw new EntraError(700027);
  try {
    const { payload } = await jwtVerify(assertion, createPublicKey(certificate.publicKey), {
      algorithms: ['RS256', 'PS256'],
      audience: audiences,
      issuer: app.clientId,
      subject: app.clientId,
      currentDate: new Date(world.now()),
      clockTolerance: 300,
    });
    if (payload.exp === undefined || payload.jti === undefined) throw new EntraError(50027);
  } catch (error) {
    if (error instanceof EntraError) throw error;
    if (error instanceof errors.JWTExpired) throw new EntraError(700024);
    if (error instanceof errors.JWSSignatureVerificationFailed) throw new EntraError(700027);
    throw new EntraError(50027);
  }
}

/** The certificate's thumbprint in hex, as named by x5t#S256, x5t or kid. */
function thumbprintOf(assertion: string): string | undefined {
  try {
    const header = decodeProtectedHeader(assertion);
    const sha256 = header['x5t#S256'];
    const encoded = typeof sha256 === 'string' ? sha256 : header.x5t;
    if (encoded === undefined) return header.kid?.toLowerCase();
    return Buffer.from(encoded, 'base64url').toString('hex');
  } catch {
    throw new EntraError(50027);
  }
}

function subjectOf(assertion: string): string | null {
  try {
    return decodeJwt(assertion).sub ?? null;
  } catch {
    throw new EntraError(50027);
  }
}

function readBasic(authorization: string | null): { id: string; secret: string } | undefined {
  const encoded = /^Basic (.+)$/i.exec(authorization ?? '')?.[1];
  if (encoded === undefined) return undefined;
  const [id = '', secret = ''] = Buffer.from(encoded, 'base64').toString('utf8').split(':', 2);
  return { id: decoded(id), secret: decoded(secret) };
}

/** The text as a form would mean it; as it stands where it is no escaped text. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return text;
  }
}
