/**
 * The headers that every answer carries, whoever asked and however it ended: those of helmet, what helmet has no word for, and the same by hand for the few
 * answers that Fastify gives before any hook runs. Which document may be framed or load what is in `frames.ts`.
 */
import helmet from '@fastify/helmet';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { ApiApp } from './app.ts';
import { answerPolicy, writePolicy } from './frames.ts';
import { apiProblem } from './problems.ts';

const HSTS_SECONDS = 365 * 24 * 60 * 60;

/** What pages of mail and records never need. Copying to the clipboard is not among it: pages offer that. */
const PERMISSIONS_POLICY = [
  'accelerometer',
  'camera',
  'display-capture',
  'geolocation',
  'gyroscope',
  'magnetometer',
  'microphone',
  'midi',
  'payment',
  'publickey-credentials-get',
  'serial',
  'usb',
  'xr-spatial-tracking',
]
  .map((feature) => `${feature}=()`)
  .join(', ');

/** Answers are about one person; what may be kept by a browser or a proxy says so itself (pages, pictures, the page about codes). */
const CACHE_CONTROL = 'no-store';

/**
 * Before every other hook, so that a refusal of theirs carries the headers, too. `secure`: reached by https; over http browsers must ignore
 * `Strict-Transport-Security` (RFC 6797, 8.1), so it is not said there.
 */
export async function addAnswerHeaders(app: ApiApp, secure: boolean): Promise<void> {
  await app.register(helmet, {
    contentSecurityPolicy: {
      useDefaults: false,
      directives: Object.fromEntries(Object.entries(answerPolicy).map(([name, from]) => [name, [...from]])),
    },
    xFrameOptions: { action: 'deny' },
    crossOriginEmbedderPolicy: false,
    strictTransportSecurity: secure ? { maxAge: HSTS_SECONDS, includeSubDomains: true } : false,
  });
  app.addHook('onRequest', async (_request, reply) => {
    reply.headers({ 'permissions-policy': PERMISSIONS_POLICY, 'cache-control': CACHE_CONTROL });
  });
}

/** For Fastify's `frameworkErrors`: an address that is none is answered before any hook runs, and must not be quoted. */
export function answerBadAddress(secure: boolean) {
  return (_error: unknown, _request: FastifyRequest, reply: FastifyReply): void => {
    const { problem } = apiProblem('api.invalid-input');
    void reply
      .code(problem.status)
      .headers({
        'content-security-policy': writePolicy(answerPolicy),
        'x-content-type-options': 'nosniff',
        'referrer-policy': 'no-referrer',
        'cache-control': CACHE_CONTROL,
        ...(secure ? { 'strict-transport-security': `max-age=${HSTS_SECONDS}; includeSubDomains` } : {}),
      })
      .type('application/problem+json')
      .send(JSON.stringify(problem));
  };
}
