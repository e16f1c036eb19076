/**
 * The HTTP application: plugins, limits, security headers, the pages, and the routes of `routes/`. It listens nowhere by itself; tests inject
 * requests, the server gives it a port.
 */
import { relative, sep } from 'node:path';
import cookie from '@fastify/cookie';
import rateLimit from '@fastify/rate-limit';
import fastifyStatic from '@fastify/static';
import swagger from '@fastify/swagger';
import Fastify, {
  type FastifyBaseLogger,
  type FastifyInstance,
  type RawReplyDefaultExpression,
  type RawRequestDefaultExpression,
  type RawServerDefault,
} from 'fastify';
import {
  hasZodFastifySchemaValidationErrors,
  serializerCompiler,
  validatorCompiler,
  type ZodTypeProvider,
} from 'fastify-type-provider-zod';
import type { Ports } from '../commands/ports.ts';
import { describeFault } from '../commands/sync-mailbox.ts';
import { RemoteFailure } from '../model/failure.ts';
import { addAnswerHeaders, answerBadAddress } from './answer-headers.ts';
import { describeRoute, securitySchemes } from './describe-route.ts';
import { type DocumentRules, documentHeaders } from './frames.ts';
import { tags } from './operations.ts';
import { ApiProblem, apiProblem, failureProblem } from './problems.ts';
import { addReadLimits, type ReadLimits } from './read-limits.ts';
import { addActivationRoutes } from './routes/activation.ts';
import { addAdminRoutes } from './routes/admin.ts';
import { addAccessRoutes } from './routes/admin-accesses.ts';
import { addAdminImportRoutes } from './routes/admin-imports.ts';
import { addAdminRolloutRoutes } from './routes/admin-rollouts.ts';
import { addConsentRoutes } from './routes/consent.ts';
import { addErrorPage } from './routes/errors.ts';
import { addFramedRenewalRoutes } from './routes/framed-renewal.ts';
import { addHealthRoutes } from './routes/health.ts';
import { addHintRoutes } from './routes/hints.ts';
import { addHoldRoutes } from './routes/holds.ts';
import { addItemRoutes } from './routes/items.ts';
import { addLifeRoutes } from './routes/life.ts';
import { addLoginRoutes } from './routes/login.ts';
import { addMailboxRoutes } from './routes/mailbox.ts';
import { addMailRoutes } from './routes/mails.ts';
import { addReconnectRoutes } from './routes/reconnect.ts';
import { addRemovalRoutes } from './routes/removal.ts';
import { addSessionRoutes } from './routes/sessions.ts';
import { addSettingsRoutes } from './routes/settings.ts';
import { refuseRestricted } from './session.ts';
import { tellRefusal } from './tell-refusals.ts';

export type ApiApp = FastifyInstance<
  RawServerDefault,
  RawRequestDefaultExpression,
  RawReplyDefaultExpression,
  FastifyBaseLogger,
  ZodTypeProvider
>;

export interface ApiOptions extends ReadLimits {
  readonly ports: Ports;
  /** Whether the process lives and may be sent people; without it, it lives as long as it answers. */
  readonly vitals?: {
    isLive(): boolean;
    readiness(): Promise<'ok' | 'draining' | 'no-database'>;
  };
  /** Where people reach it, without a path; consents come back there. */
  readonly publicUrl: string;
  /** The address is https: cookies are bound to it. */
  readonly secure: boolean;
  /** The built pages; null serves the API alone. */
  readonly pagesFolder: string | null;
  /** Documents of the pages that others may frame, and what they may load. */
  readonly documents: DocumentRules;
  readonly activationMs: number;
  readonly loginLimit: RouteLimit;
  readonly activationLimit: RouteLimit;
  readonly hintLimit: RouteLimit;
  /** For what asks the services about single mails and records while somebody waits, and how long that may take. */
  readonly mailLimit: RouteLimit;
  readonly mailMs: number;
}

/** At most `max` requests per address in the time window. */
export interface RouteLimit {
  readonly rateLimit: { readonly max: number; readonly timeWindow: string };
}

const BODY_BYTES_MAX = 1024 * 1024;

/** Builds the application. Its log is silent: requests are no news, and their bodies hold passwords. */
export async function buildApp(options: ApiOptions): Promise<ApiApp> {
  const app = Fastify({
    logger: false,
    bodyLimit: BODY_BYTES_MAX,
    // Whom limits count by: a proxy of the operator's own network is believed, a stranger's X-Forwarded-For is not.
    trustProxy: ['loopback', 'linklocal', 'uniquelocal'],
    requestTimeout: 120_000,
    frameworkErrors: answerBadAddress(options.secure),
  }).withTypeProvider<ZodTypeProvider>() as ApiApp;
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(serializerCompiler);
  setErrorHandling(app, options.ports);
  await addAnswerHeaders(app, options.secure);
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: { title: 'Lockstep', description: 'Keeps mailboxes and Salesforce in step.', version: '1' },
      tags: Object.entries(tags).map(([name, description]) => ({ name, description })),
      components: { securitySchemes },
    },
    transform: describeRoute,
  });
  await app.register(cookie);
  app.addHook('onRequest', async (request) => refuseRestricted(request, options.secure));
  await app.register(rateLimit, {
    global: false,
    errorResponseBuilder: (_request, context) =>
      apiProblem('api.too-soon', { retryAfterSeconds: Math.ceil(context.ttl / 1000) }),
  });
  addReadLimits(app, options, options.secure);
  addHealthRoutes(app, options);
  addLoginRoutes(app, options);
  addSessionRoutes(app, options);
  addFramedRenewalRoutes(app, options);
  addActivationRoutes(app, options);
  addConsentRoutes(app, options);
  addMailboxRoutes(app, options);
  addLifeRoutes(app, options);
  addMailRoutes(app, options);
  addItemRoutes(app, options);
  addRemovalRoutes(app, options);
  addHoldRoutes(app, options);
  addSettingsRoutes(app, options);
  addAdminRoutes(app, options);
  addAccessRoutes(app, options);
  addAdminRolloutRoutes(app, options);
  // A scope of its own: text/csv is a body nowhere else.
  await app.register((scope, _options, done) => {
    addAdminImportRoutes(scope as ApiApp, options);
    done();
  });
  addReconnectRoutes(app, options);
  addErrorPage(app);
  addHintRoutes(app, options);
  app.get('/api/openapi.json', { schema: { hide: true } }, async () => app.swagger());
  if (options.pagesFolder !== null) await addPages(app, options.pagesFolder, options.documents);
  return app;
}

async function addPages(app: ApiApp, root: string, documents: DocumentRules): Promise<void> {
  await app.register(fastifyStatic, {
    root,
    index: ['index.html'],
    setHeaders(reply, path) {
      const file = relative(root, path).split(sep).join('/');
      if (file.endsWith('.html')) {
        reply.removeHeader('x-frame-options');
        reply.headers({ ...documentHeaders(documents, file) });
      }
      // Icons are shown by the mail clients themselves.
      if (file.startsWith('icons/')) reply.header('cross-origin-resource-policy', 'cross-origin');
    },
  });
  // The console's addresses are its own: whichever is opened, its document finds the page.
  for (const url of ['/admin', '/admin/*'])
    app.get(url, { schema: { hide: true } }, (_request, reply) => reply.sendFile('admin.html'));
}

function setErrorHandling(app: ApiApp, ports: Ports): void {
  app.setNotFoundHandler((_request, reply) => sendProblem(reply, apiProblem('api.not-found')));
  app.setErrorHandler((error, request, reply) => {
    if (error instanceof ApiProblem) {
      tellRefusal(ports, `${request.method} ${request.routeOptions.url ?? ''}`, error.problem);
      return sendProblem(reply, error);
    }
    if (error instanceof RemoteFailure)
      return sendProblem(reply, new ApiProblem(failureProblem(error.failure)));
    if (hasZodFastifySchemaValidationErrors(error)) {
      const fields = error.validation.map((one) => one.instancePath.replace(/^\//, '').replaceAll('/', '.'));
      const [first] = error.validation;
      const text = first?.message;
      return sendProblem(
        reply,
        apiProblem('api.invalid-input', { fields, ...(text === undefined ? {} : { detail: text }) }),
      );
    }
    const status = statusOf(error);
    if (status !== null && status < 500) return sendProblem(reply, apiProblem('api.invalid-input'));
    ports.log('api.fault', { route: request.routeOptions.url ?? '', ...describeFault(error) });
    return sendProblem(reply, apiProblem('api.internal'));
  });
}

function statusOf(error: unknown): number | null {
  const hasStatus = typeof error === 'object' && error !== null && 'statusCode' in error;
  return hasStatus && typeof error.statusCode === 'number' ? error.statusCode : null;
}

function sendProblem(
  reply: { code(status: number): { type(type: string): { send(body: unknown): unknown } } },
  problem: ApiProblem,
) {
  return reply.code(problem.problem.status).type('application/problem+json').send(problem.problem);
}
