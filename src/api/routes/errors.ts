/** The page that the `type` of every problem leads to. It is about codes, so it is anybody's to read. */
import { z } from 'zod';
import type { ApiApp } from '../app.ts';
import { errorPageHtml } from '../error-page.ts';

export function addErrorPage(app: ApiApp): void {
  const page = errorPageHtml();
  const schema = {
    description: 'Every code, with what happened and what to do.',
    response: { 200: z.string() },
  };
  app.get('/docs/errors', { schema }, async (_request, reply) =>
    reply.type('text/html; charset=utf-8').header('cache-control', 'max-age=3600').send(page),
  );
}
