/**
 * A route as the OpenAPI document shows it. The schemas of `api-schema/` say what a route answers when all goes well; whatever goes wrong is
 * a problem, the same everywhere, and is added here.
 */
import { jsonSchemaTransform } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { problemSchema } from '../api-schema/problem.ts';

const { $schema: _, ...problem } = z.toJSONSchema(problemSchema);
const problemAnswer = {
  description: 'Problem details (RFC 9457)',
  content: { 'application/problem+json': { schema: problem } },
};
/** Routes without an answer of their own lead to another page. */
const redirectAnswer = { 302: { type: 'null', description: 'To another page' } };

/** The `transform` of `@fastify/swagger`. */
export const describeRoute: typeof jsonSchemaTransform = (route) => {
  const described = jsonSchemaTransform(route);
  const answers = described.schema.response ?? redirectAnswer;
  return {
    ...described,
    schema: { ...described.schema, response: { ...answers, default: problemAnswer } },
  };
};
