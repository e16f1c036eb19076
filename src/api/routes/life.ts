/** What a person does with his mailbox once it is connected (R4, R5, A12): preview, start, pause, resume, switch off, forget. */
import { z } from 'zod';
import {
  type DeactivationView,
  deactivateFormSchema,
  deactivationViewSchema,
  type PreviewView,
  pauseFormSchema,
  previewFormSchema,
  previewLineSchema,
  resumeFormSchema,
  startFormSchema,
} from '../../api-schema/life.ts';
import { mailboxViewSchema } from '../../api-schema/mailbox.ts';
import { type Deactivation, deactivateSync } from '../../commands/deactivate-sync.ts';
import { pauseSync } from '../../commands/pause-sync.ts';
import type { Ports } from '../../commands/ports.ts';
import { previewSync } from '../../commands/preview-sync.ts';
import { ownMailboxId, readOverview } from '../../commands/read-overview.ts';
import { resumeSync } from '../../commands/resume-sync.ts';
import { startSync } from '../../commands/start-sync.ts';
import { failure } from '../../model/failure.ts';
import type { MailboxId } from '../../model/ids.ts';
import type { Actor } from '../../store/audit.ts';
import type { ApiApp, ApiOptions } from '../app.ts';
import { streamLines } from '../lines.ts';
import { previewView } from '../preview-view.ts';
import { ApiProblem, apiProblem, failureProblem } from '../problems.ts';
import { requireSession, type Session } from '../session.ts';
import { mailboxView } from '../views.ts';

const mailboxAnswer = z.object({ mailbox: mailboxViewSchema });

export function addLifeRoutes(app: ApiApp, options: ApiOptions): void {
  addPauses(app, options);
  addStart(app, options);
  addPreview(app, options);
  addDeactivation(app, options);
}

/** Whose mailbox a request is about, and who acts. */
async function requireOwn(ports: Ports, session: Session) {
  const mailboxId: MailboxId | null = await ownMailboxId(ports, session);
  if (mailboxId === null) throw apiProblem('api.not-found');
  const actor: Actor = { kind: 'user', userId: session.userId };
  return { organizationId: session.organizationId, mailboxId, actor };
}

async function answerMailbox(ports: Ports, session: Session) {
  const overview = await readOverview(ports, session);
  if (overview === null) throw apiProblem('api.not-found');
  return { mailbox: mailboxView(overview) };
}

function profileDisabled(): ApiProblem {
  return new ApiProblem(failureProblem(failure('lockstep.profile-disabled')));
}

function addPauses(app: ApiApp, { ports, secure }: ApiOptions): void {
  app.post(
    '/api/mailbox/pause',
    { schema: { body: pauseFormSchema, response: { 200: mailboxAnswer } } },
    async (request) => {
      const session = await requireSession(ports, request, secure);
      const own = await requireOwn(ports, session);
      const { until } = request.body;
      const end = until === null ? null : Date.parse(until);
      const result = await pauseSync(ports, { ...own, by: 'user', until: end });
      if (result === 'not-in-future')
        throw apiProblem('api.invalid-input', {
          fields: ['until'],
          detail: 'Choose a date in the future, within a year.',
        });
      if (result !== 'paused') throw apiProblem('api.conflict');
      return await answerMailbox(ports, session);
    },
  );

  app.post(
    '/api/mailbox/resume',
    { schema: { body: resumeFormSchema, response: { 200: mailboxAnswer } } },
    async (request) => {
      const session = await requireSession(ports, request, secure);
      const own = await requireOwn(ports, session);
      const result = await resumeSync(ports, { ...own, gap: request.body.gap });
      if (result === 'profile-disabled') throw profileDisabled();
      if (result !== 'resumed' && result !== 'running-already') throw apiProblem('api.conflict');
      return await answerMailbox(ports, session);
    },
  );
}

function addStart(app: ApiApp, { ports, secure }: ApiOptions): void {
  app.post(
    '/api/mailbox/start',
    { schema: { body: startFormSchema, response: { 200: mailboxAnswer } } },
    async (request) => {
      const session = await requireSession(ports, request, secure);
      const own = await requireOwn(ports, session);
      const result = await startSync(ports, { ...own, windowDays: request.body.windowDays });
      if (result === 'not-connected')
        throw new ApiProblem(failureProblem(failure('mailbox.authorization-revoked')));
      if (result === 'profile-disabled') throw profileDisabled();
      if (result !== 'started') throw apiProblem('api.conflict');
      return await answerMailbox(ports, session);
    },
  );
}

function addPreview(app: ApiApp, { ports, secure, activationLimit, activationMs }: ApiOptions): void {
  app.post(
    '/api/mailbox/preview',
    {
      schema: {
        description:
          'One JSON object a line. Closing the request ends the reading; nothing is written anywhere.',
        body: previewFormSchema,
        response: { 200: previewLineSchema },
      },
      config: activationLimit,
    },
    async (request, reply) => {
      const session = await requireSession(ports, request, secure);
      const asked = { ...(await requireOwn(ports, session)), windowDays: request.body.windowDays };
      const lines = streamLines<PreviewView>(ports, reply, activationMs, async function* (signal) {
        return previewView(yield* previewSync(ports, asked, signal));
      });
      // The schema is that of one line.
      return reply.send(lines as never);
    },
  );
}

function addDeactivation(app: ApiApp, { ports, secure, activationMs }: ApiOptions): void {
  const deactivate = async (
    session: Session,
    wish: Pick<Deactivation, 'purge' | 'removeMarks'>,
  ): Promise<DeactivationView> => {
    const own = await requireOwn(ports, session);
    const done = await deactivateSync(ports, { ...own, ...wish }, AbortSignal.timeout(activationMs));
    if (done === null) throw apiProblem('api.not-found');
    const { revoked, purgeAt, marksRemoved } = done;
    return { revoked, marksRemoved, purgeAt: purgeAt === null ? null : new Date(purgeAt).toISOString() };
  };

  app.post(
    '/api/mailbox/deactivate',
    { schema: { body: deactivateFormSchema, response: { 200: deactivationViewSchema } } },
    async (request) => deactivate(await requireSession(ports, request, secure), request.body),
  );

  app.delete('/api/mailbox', { schema: { response: { 200: deactivationViewSchema } } }, async (request) =>
    deactivate(await requireSession(ports, request, secure), { purge: true, removeMarks: false }),
  );
}
