/**
 * The token endpoint behind openid-client, for every service that signs people in by OAuth 2.0: requests leave by our own HTTP (deadline, bounded
 * body, counted traffic), and whatever is refused comes back as the service's own `RemoteFailure`. It keeps nothing and knows no service.
 */
import {
  AuthorizationResponseError,
  allowInsecureRequests,
  type ClientAuth,
  Configuration,
  customFetch,
  type ServerMetadata,
} from 'openid-client';
import { z } from 'zod';
import { type Failure, RemoteFailure } from '../model/failure.ts';
import type { Http } from './http.ts';

/** What a token endpoint or a consent page says when it refuses (RFC 6749, 5.2 and 4.1.2.1). `details` are the vendor's own members. */
export interface OauthRefusal {
  readonly status: number;
  readonly error: string | null;
  readonly description: string | null;
  readonly details: Readonly<Record<string, unknown>>;
  /** The header `Retry-After` as it came; a consent page sends none. */
  readonly retryAfter?: string | null;
}

export interface OauthClient {
  readonly http: Http;
  readonly clientId: string;
  readonly authentication: ClientAuth;
  /** `issuer` and the endpoints in use. Plain http is taken for loopback origins of the configuration alone. */
  readonly server: ServerMetadata;
  /** The refusal in the words of the catalogue. */
  readonly failureOf: (refusal: OauthRefusal) => Failure;
  /** What broke below HTTP, in the words of the catalogue. */
  readonly translate: (error: unknown) => unknown;
  /** For answers that are no token: a guest network's page, a proxy's. Never a refusal. */
  readonly unexpected: Failure;
  /**
   * Takes the ID token out of the answer, for a service whose issuer is no constant: the library would compare it with one. Who takes it
   * checks it.
   */
  readonly takeIdToken?: (idToken: string) => void;
}

/** The library's configuration for building addresses; sends nothing. */
export function oauthConfiguration(client: OauthClient): Configuration {
  return configure(client).config;
}

/** Lets `send` talk to the token endpoint. Rejects with `RemoteFailure` or the signal's reason. */
export async function askOauth<Reply>(
  client: OauthClient,
  send: (config: Configuration) => Promise<Reply>,
): Promise<Reply> {
  const { config, thrown } = configure(client);
  try {
    return await send(config);
  } catch (error) {
    if (thrown() !== null) throw client.translate(thrown());
    if (error instanceof RemoteFailure) throw error;
    if (error instanceof AuthorizationResponseError) {
      const details = Object.fromEntries(error.cause);
      const description = error.error_description ?? null;
      throw new RemoteFailure(
        client.failureOf({ status: 400, error: error.error, description, details }),
        error,
      );
    }
    throw new RemoteFailure(client.unexpected, error);
  }
}

interface Configured {
  readonly config: Configuration;
  /** What the fetch inside the library threw, before the library wrapped it. */
  thrown(): unknown;
}

function configure(client: OauthClient): Configured {
  let thrown: unknown = null;
  const config = new Configuration(client.server, client.clientId, undefined, client.authentication);
  if (client.server.token_endpoint?.startsWith('http:') === true) allowInsecureRequests(config);
  config[customFetch] = async (url, init) => {
    try {
      return await sendForm(client, url, String(init.body ?? ''), init.headers);
    } catch (error) {
      thrown = error;
      throw error;
    }
  };
  return { config, thrown: () => thrown };
}

async function sendForm(
  client: OauthClient,
  url: string,
  body: string,
  headers: Record<string, string>,
): Promise<Response> {
  const response = await client.http.send({ method: 'POST', url, headers, body, operation: 'token' });
  const text = await response.text();
  if (response.status === 200)
    return new Response(withoutIdToken(client, text), {
      status: 200,
      headers: { 'content-type': response.header('content-type') ?? 'application/json' },
    });
  const retryAfter = response.header('retry-after');
  throw new RemoteFailure(client.failureOf({ status: response.status, ...readRefusal(text), retryAfter }));
}

function withoutIdToken({ takeIdToken }: OauthClient, text: string): string {
  if (takeIdToken === undefined) return text;
  try {
    const { id_token: idToken, ...rest } = JSON.parse(text) as Record<string, unknown>;
    if (typeof idToken === 'string') takeIdToken(idToken);
    return JSON.stringify(rest);
  } catch {
    return text;
  }
}

const refusalSchema = z.looseObject({
  error: z.string().optional(),
  error_description: z.string().optional(),
});

function readRefusal(text: string): Pick<OauthRefusal, 'error' | 'description' | 'details'> {
  try {
    const details = refusalSchema.parse(JSON.parse(text));
    return { error: details.error ?? null, description: details.error_description ?? null, details };
  } catch {
    return { error: null, description: null, details: {} };
  }
}
