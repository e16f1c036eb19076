/**
 * One authorised REST call to a Salesforce org: the token, its renewal after a refusal, the org's present address, the API allowance in every
 * answer's header, and failures instead of error bodies. It knows no resource; those are in `operations.ts`.
 */
import { z } from 'zod';
import type { ApiUsage } from '../../model/connector.ts';
import { failure, RemoteFailure } from '../../model/failure.ts';
import type { Http, HttpResponse } from '../http.ts';
import type { TokenSource } from '../token-source.ts';
import { requestFailure, translateNetwork, type VendorError } from './failures.ts';
import { isTrustedOrigin } from './login-host.ts';

/** What a connection to Salesforce holds; sealed when stored. */
export interface SalesforceToken {
  readonly accessToken: string | null;
  readonly refreshToken: string | null;
  /** Where the org lives now; read anew at every renewal, because orgs move. */
  readonly instanceUrl: string;
  /** `https://login.salesforce.com/id/00D.../005...`. */
  readonly identityUrl: string;
  /** Where it was issued and is renewed: login.salesforce.com, test.salesforce.com or a My Domain. */
  readonly loginUrl: string;
}

export interface WireRequest {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  /** From `/services/...`, or a whole URL on a trusted origin. */
  readonly path: string;
  readonly operation: string;
  readonly body?: string | Uint8Array<ArrayBuffer>;
  readonly contentType?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Statuses that refuse the token besides 401; the identity service says 403. */
  readonly refusals?: readonly number[];
}

export interface Wire {
  /** The parsed JSON of a success (null when empty). Rejects with `RemoteFailure`. */
  call(request: WireRequest): Promise<unknown>;
  /** From the last answer that carried it. */
  usage(): ApiUsage | null;
  token(): Promise<SalesforceToken & { readonly accessToken: string }>;
}

export interface WireOptions {
  readonly http: Http;
  readonly tokens: TokenSource<SalesforceToken>;
  /** Origins besides Salesforce's own that may see the token. */
  readonly extraOrigins?: readonly string[];
}

/** The first renewal may hand over what another machine stored, and that may have expired meanwhile; the second one is real. */
const RENEWALS_MAX = 2;

export function createWire(options: WireOptions): Wire {
  let usage: ApiUsage | null = null;

  const send = async (request: WireRequest, token: SalesforceToken): Promise<HttpResponse> => {
    const url = new URL(request.path, token.instanceUrl);
    if (!isTrustedOrigin(url.origin, options.extraOrigins))
      throw new RemoteFailure(failure('crm.request-invalid', { vendorCode: 'UNTRUSTED_HOST' }));
    const response = await options.http.send({
      method: request.method,
      url: url.href,
      headers: {
        accept: 'application/json',
        authorization: `Bearer ${token.accessToken ?? ''}`,
        ...(request.body === undefined
          ? {}
          : { 'content-type': request.contentType ?? 'application/json; charset=utf-8' }),
        ...request.headers,
      },
      ...(request.body === undefined ? {} : { body: request.body }),
      operation: request.operation,
    });
    usage = readUsage(response.header('sforce-limit-info')) ?? usage;
    return response;
  };

  const call = async (request: WireRequest): Promise<unknown> => {
    let token = await options.tokens.current();
    for (let renewals = 0; ; renewals += 1) {
      const response = await send(request, token);
      if (!isStale(response.status, request)) return readAnswer(response);
      if (renewals >= RENEWALS_MAX) {
        if (!request.refusals?.includes(response.status)) return readAnswer(response);
        const vendorCode = `HTTP ${response.status}`;
        throw new RemoteFailure(failure('crm.authorization-revoked', { vendorCode }));
      }
      await response.discard();
      token = await options.tokens.renew(token.accessToken);
    }
  };

  return {
    call: async (request) => {
      try {
        return await call(request);
      } catch (error) {
        throw translateNetwork(error);
      }
    },
    usage: () => usage,
    token: async () => options.tokens.current(),
  };
}

/** Answers that a new token, with the org's new address in it, may mend: an expired session, or an org that moved. */
function isStale(status: number, request: WireRequest): boolean {
  if (request.refusals?.includes(status)) return true;
  return status === 401 || status === 420 || status === 301 || status === 302;
}

/** Vendor page: docs/remote-services/salesforce.md#api-usage. */
function readUsage(header: string | null): ApiUsage | null {
  const match = /api-usage=(\d+)\/(\d+)/.exec(header ?? '');
  return match === null ? null : { used: Number(match[1]), max: Number(match[2]) };
}

async function readAnswer(response: HttpResponse): Promise<unknown> {
  const text = await response.text();
  const json = parseJson(text);
  if (response.status >= 200 && response.status < 300) {
    if (text.trim() === '') return null;
    // A maintenance page or a proxy's sign-in page answers 200 too.
    if (json === undefined)
      throw new RemoteFailure(
        failure('crm.transient', { vendorCode: `HTTP ${response.status} without JSON` }),
      );
    return json;
  }
  throw new RemoteFailure(requestFailure(response.status, readVendorErrors(json)));
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

const errorSchema = z
  .object({
    errorCode: z.string().optional(),
    statusCode: z.string().optional(),
    message: z.string().nullish(),
    fields: z.array(z.string()).nullish(),
  })
  .transform(
    (error): VendorError => ({
      code: error.errorCode ?? error.statusCode ?? '',
      message: error.message ?? '',
      fields: error.fields ?? [],
    }),
  );

/** The errors of a body, in whichever of its shapes: a list of them, one of them, or something else (none). */
export function readVendorErrors(body: unknown): readonly VendorError[] {
  return (Array.isArray(body) ? body : [body]).flatMap((entry) => {
    const parsed = errorSchema.safeParse(entry);
    return parsed.success && parsed.data.code !== '' ? [parsed.data] : [];
  });
}
