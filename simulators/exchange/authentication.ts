/**
 * From an HTTP request to the account behind it: Basic or a token on each request, NTLM once per TCP connection. It answers the
 * 401s itself, with the challenges this server is set to offer.
 */
import { randomBytes } from 'node:crypto';
import type { CallContext } from '../shared/connection.ts';
import { type Account, canLogIn, checkBasic, type Directory } from './accounts.ts';
import { checkAuthenticate, readNtlmType, writeChallenge } from './ntlm.ts';

export type AuthScheme = 'basic' | 'ntlm' | 'bearer';

/** Where one connection stands in NTLM: challenged, or authenticated for as long as it lives. */
interface ConnectionState {
  challenge?: Buffer;
  account?: Account;
}

export interface Authentication {
  /** The account, or the response (401) that must be given instead. */
  authenticate(request: Request, context: CallContext): Account | Response;
}

export interface AuthenticationOptions {
  directory: Directory;
  schemes: () => readonly AuthScheme[];
  now: () => number;
  /** The account of an access token; undefined for one that has ended or never was. */
  bearer: (token: string) => Account | undefined;
}

/** Who Exchange is to those who issue tokens, and the only names that its challenge has. */
const EXCHANGE_ID = '00000002-0000-0ff1-ce00-000000000000';

/** Authentication whose connections' states die with the connections. */
export function createAuthentication(options: AuthenticationOptions): Authentication {
  const connections = new WeakMap<object, ConnectionState>();

  const refuse = (context: CallContext, token: 'none' | 'refused' = 'none'): Response => {
    const headers = new Headers({ 'content-type': 'text/html', server: 'Microsoft-IIS/10.0' });
    const schemes = options.schemes();
    if (schemes.includes('bearer')) challengeForToken(headers, token === 'refused');
    if (schemes.includes('ntlm') && context.connection !== undefined) {
      headers.append('www-authenticate', 'Negotiate');
      headers.append('www-authenticate', 'NTLM');
    }
    if (schemes.includes('basic')) {
      headers.append(
        'www-authenticate',
        `Basic realm="${options.directory.hostName}.${options.directory.dnsDomain}"`,
      );
    }
    return new Response(
      '<html><body>401 - Unauthorized: Access is denied due to invalid credentials.</body></html>',
      {
        status: 401,
        headers,
      },
    );
  };

  const answerNtlm = (scheme: string, token: string, context: CallContext): Account | Response => {
    if (context.connection === undefined) return refuse(context);
    const message = Buffer.from(token, 'base64');
    const state = connections.get(context.connection) ?? {};
    connections.set(context.connection, state);
    switch (readNtlmType(message)) {
      case 1: {
        state.challenge = randomBytes(8);
        delete state.account;
        const challenge = writeChallenge(options.directory, state.challenge, options.now()).toString(
          'base64',
        );
        const headers = { 'www-authenticate': `${scheme} ${challenge}`, 'content-type': 'text/html' };
        return new Response('', { status: 401, headers });
      }
      case 3: {
        const { challenge } = state;
        delete state.challenge;
        if (challenge === undefined) return refuse(context);
        const account = checkAuthenticate(options.directory, message, challenge);
        if (account === undefined) return refuse(context);
        state.account = account;
        return account;
      }
      default:
        return refuse(context);
    }
  };

  return {
    authenticate(request, context) {
      const header = request.headers.get('authorization');
      if (header === null) {
        const account = context.connection && connections.get(context.connection)?.account;
        return account !== undefined && canLogIn(account) ? account : refuse(context);
      }
      const [, scheme = '', token = ''] = /^(\w+)\s*(.*)$/.exec(header) ?? [];
      const schemes = options.schemes();
      if (scheme.toLowerCase() === 'basic' && schemes.includes('basic')) {
        return checkBasic(options.directory, token) ?? refuse(context);
      }
      if (scheme.toLowerCase() === 'bearer' && schemes.includes('bearer')) {
        const account = options.bearer(token);
        return account !== undefined && canLogIn(account) ? account : refuse(context, 'refused');
      }
      if (/^(ntlm|negotiate)$/i.test(scheme) && schemes.includes('ntlm')) {
        return answerNtlm(scheme, token, context);
      }
      return refuse(context);
    },
  };
}

function challengeForToken(headers: Headers, isRefused: boolean): void {
  const parts = [
    `client_id="${EXCHANGE_ID}"`,
    `trusted_issuers="${EXCHANGE_ID}@*"`,
    'token_types="app_asserted_user_v1 service_asserted_app_v1"',
    ...(isRefused ? ['error="invalid_token"'] : []),
  ];
  headers.append('www-authenticate', `Bearer ${parts.join(', ')}`);
  if (isRefused)
    headers.set(
      'x-ms-diagnostics',
      '2000003;reason="The token has expired.";error_category="invalid_lifetime"',
    );
}
