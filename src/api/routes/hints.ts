/**
 * The door for services that tell by posting (R3). It has no session: whoever posts is answered at once and alike, and what was posted counts only
 * when it carries the secret of a watch that stands. At most it starts a run earlier.
 */
import { z } from 'zod';
import type { Ports } from '../../commands/ports.ts';
import { describeFault } from '../../commands/sync-mailbox.ts';
import { takeHints } from '../../commands/take-hints.ts';
import type { HintClaim, PostedHints } from '../../model/hints.ts';
import type { ApiApp, ApiOptions } from '../app.ts';
import { apiProblem } from '../problems.ts';

/** Some hundreds of notifications; services send fewer at once. */
const BODY_BYTES_MAX = 256 * 1024;
/** Posts being looked into at once; more are answered and dropped, which loses nothing. */
const POSTS_AT_ONCE_MAX = 50;

export function addHintRoutes(app: ApiApp, { ports, hintLimit }: ApiOptions): void {
  const underWay = new Set<Promise<void>>();
  app.addHook('onClose', async () => {
    await Promise.all(underWay);
  });

  app.post(
    '/hints/:service',
    {
      bodyLimit: BODY_BYTES_MAX,
      schema: {
        description:
          'For mail services: change notifications. A handshake is echoed as text; everything else is accepted, whether it is believed or not.',
        params: z.object({ service: z.string().max(50) }),
        querystring: z.object({ validationToken: z.string().max(4_096).optional() }).loose(),
        response: { 200: z.string(), 202: z.string() },
      },
      config: hintLimit,
    },
    async (request, reply) => {
      const { service } = request.params;
      const hints = postedHints(ports, service);
      if (hints === null) throw apiProblem('api.not-found');
      const query = Object.fromEntries(
        Object.entries(request.query).map(([name, value]) => [
          name,
          typeof value === 'string' ? value : undefined,
        ]),
      );
      const { status, text, claims } = hints.receive({ query, body: request.body });
      if (claims.length > 0 && underWay.size < POSTS_AT_ONCE_MAX) {
        const taking: Promise<void> = take(ports, service, claims).finally(() => underWay.delete(taking));
        underWay.add(taking);
      }
      return reply
        .code(status === 200 ? 200 : 202)
        .type('text/plain; charset=utf-8')
        .send(text);
    },
  );
}

function postedHints({ mailServices }: Ports, service: string): PostedHints | null {
  const hints = mailServices.get(service)?.hints;
  return hints?.able === true && hints.hints.way === 'posted' ? hints.hints : null;
}

/** After the answer, which must not wait for a database; never rejects. */
async function take(ports: Ports, service: string, claims: readonly HintClaim[]): Promise<void> {
  try {
    const forward = await takeHints(ports, service, claims);
    if (forward > 0) ports.log('hints.taken', { service, forward });
  } catch (error) {
    ports.log('hints.fault', { service, ...describeFault(error) });
  }
}
