/**
 * A route as the OpenAPI document shows it. The schemas of `api-schema/` say what a route answers when all goes well; whatever goes wrong is
 * a problem, the same everywhere, and is added here, with what `operations.ts` says of it and who may ask.
 */
import { jsonSchemaTransform } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { problemSchema } from '../api-schema/problem.ts';
import { type Operation, operations } from './operations.ts';

const { $schema: _, ...problem } = z.toJSONSchema(problemSchema);
const problemAnswer = {
  description: 'Problem details (RFC 9457)',
  content: { 'application/problem+json': { schema: problem } },
};
/** Routes without an answer of their own lead to another page. */
const redirectAnswer = { 302: { type: 'null', description: 'To another page' } };

/** How a request may prove who asks; `describeRoute` names them. */
export const securitySchemes = {
  cookie: {
    type: 'apiKey',
    in: 'cookie',
    name: '__Host-lockstep',
    description: 'The session of a browser; over plain http the cookie is called `lockstep`.',
  },
  csrf: {
    type: 'apiKey',
    in: 'header',
    name: 'x-csrf-token',
    description: 'With every change under a cookie: `csrfToken` of GET /api/session.',
  },
  bearer: {
    type: 'http',
    scheme: 'bearer',
    description: 'The session of a page in another site’s frame, which gets no cookies.',
  },
  serviceToken: {
    type: 'http',
    scheme: 'bearer',
    description: 'A service token (`lst_…`), for /api/admin alone, with the scope that the operation names.',
  },
} as const;

/** Addresses that need no proof, or bring one of their own. */
const open = /^\/(?!api\/)|^\/api\/(openapi\.json|session(\/\w+)?|reconnect)$/;

function securityOf(method: string, url: string, { scope }: Operation): Record<string, string[]>[] {
  if (open.test(url)) return [];
  const changes = method !== 'GET';
  const sessions: Record<string, string[]>[] = [
    { cookie: [], ...(changes ? { csrf: [] } : {}) },
    { bearer: [] },
  ];
  return url.startsWith('/api/admin/') && scope !== null ? [...sessions, { serviceToken: [] }] : sessions;
}

/** `postApiAdminUsersIdCheckAccess` */
function operationIdOf(method: string, url: string): string {
  const words = url.split(/[^A-Za-z0-9]+/).filter((word) => word !== '');
  return [method.toLowerCase(), ...words.map((word) => word[0]?.toUpperCase() + word.slice(1))].join('');
}

const contentTypes = { csv: 'text/csv', lines: 'application/x-ndjson', page: 'text/html' } as const;

/** The good answers, under the content type that they come in. */
function answersOf(answers: Readonly<Record<string, unknown>>, { answers: kind }: Operation) {
  if (kind === undefined) return answers;
  const { 200: good, ...rest } = answers;
  const schema = kind === 'lines' && good !== undefined ? good : { type: 'string' };
  const description = {
    csv: 'RFC 4180, the first line names the columns',
    lines: 'One JSON object a line; the schema is that of a line',
    page: 'A page',
  }[kind];
  return { ...rest, 200: { description, content: { [contentTypes[kind]]: { schema } } } };
}

/** The `transform` of `@fastify/swagger`. */
export const describeRoute: typeof jsonSchemaTransform = (input) => {
  const described = jsonSchemaTransform(input);
  const [method = 'GET'] = [input.route.method].flat();
  const operation = operations[`${method} ${input.route.url}`];
  const answers = (described.schema.response ?? redirectAnswer) as Readonly<Record<string, unknown>>;
  if (operation === undefined)
    return {
      ...described,
      schema: { ...described.schema, response: { ...answers, default: problemAnswer } },
    };
  const { scope } = operation;
  const needs =
    scope === undefined || scope === null ? null : `A service token needs the scope \`${scope}\`.`;
  const description = [described.schema.description, needs].filter((text) => text != null).join(' ');
  return {
    ...described,
    schema: {
      ...described.schema,
      summary: operation.summary,
      tags: [operation.tag],
      operationId: operationIdOf(method, input.route.url),
      security: securityOf(method, input.route.url, operation),
      ...(description === '' ? {} : { description }),
      response: { ...answersOf(answers, operation), default: problemAnswer },
    },
  };
};
