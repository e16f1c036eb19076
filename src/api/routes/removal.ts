/** Taking back what was saved: a run's records (*Undo*), and earlier mail that changed settings would leave out. For the mailbox's owner alone. */
import { z } from 'zod';
import { createdRecordsSchema, earlierFormSchema, type RemovalLine } from '../../api-schema/removal.ts';
import { findEarlier, removeEarlier } from '../../commands/find-earlier.ts';
import { ownMailboxId } from '../../commands/read-overview.ts';
import { REMOVAL_MS_MAX } from '../../commands/remove-records.ts';
import { readCreatedRecords, undoRun } from '../../commands/undo-run.ts';
import type { RunId } from '../../model/ids.ts';
import type { SettingsLayer } from '../../model/settings.ts';
import { inOrganization } from '../../store/database.ts';
import { readRun } from '../../store/runs.ts';
import type { ApiApp, ApiOptions } from '../app.ts';
import { tellLines } from '../lines.ts';
import { createdRecordsView, removalView } from '../mail-views.ts';
import { apiProblem } from '../problems.ts';
import { requireSession, type Session } from '../session.ts';
import { whoIs } from './activation.ts';

const runParams = z.object({ id: z.uuid() });
/** Lines are written as they come, so the schema describes and does not serialize them. */
const linesAnswer = { 200: z.any().describe('Lines of JSON (application/x-ndjson)') };

export function addRemovalRoutes(app: ApiApp, options: ApiOptions): void {
  addUndo(app, options);
  addEarlier(app, options);
}

function addUndo(app: ApiApp, { ports, secure, mailLimit, mailMs }: ApiOptions): void {
  app.get(
    '/api/runs/:id/records',
    { schema: { params: runParams, response: { 200: createdRecordsSchema } }, config: mailLimit },
    async (request) => {
      const session = await requireSession(ports, request, secure);
      const runId = request.params.id as RunId;
      await requireRun(session, runId);
      const records = await readCreatedRecords(ports, whoIs(session), runId, AbortSignal.timeout(mailMs));
      if (records === null) throw apiProblem('api.not-found');
      return createdRecordsView(records);
    },
  );

  app.post(
    '/api/runs/:id/undo',
    { schema: { params: runParams, response: linesAnswer }, config: mailLimit },
    async (request, reply) => {
      const session = await requireSession(ports, request, secure);
      const runId = request.params.id as RunId;
      const run = await requireRun(session, runId);
      if (run.outcome === null) throw apiProblem('api.conflict');
      return tellLines(ports, reply, async (telling): Promise<Result> => {
        const signal = AbortSignal.timeout(REMOVAL_MS_MAX);
        const removal = await undoRun(ports, whoIs(session), runId, { ...telling, signal });
        if (removal === null) throw apiProblem('api.not-found');
        if (removal === 'under-way') throw apiProblem('api.conflict');
        return removalView(removal);
      });
    },
  );

  async function requireRun(session: Session, runId: RunId) {
    const mailboxId = await ownMailboxId(ports, session);
    if (mailboxId === null) throw apiProblem('api.not-found');
    const run = await inOrganization(ports.db, session.organizationId, (tx) => readRun(tx, mailboxId, runId));
    if (run === null) throw apiProblem('api.not-found');
    return run;
  }
}

type Result = Extract<RemovalLine, { kind: 'result' }>['result'];

function addEarlier(app: ApiApp, { ports, secure, mailLimit }: ApiOptions): void {
  app.post(
    '/api/settings/earlier',
    { schema: { body: earlierFormSchema, response: linesAnswer }, config: mailLimit },
    async (request, reply) => {
      const session = await requireSession(ports, request, secure);
      if ((await ownMailboxId(ports, session)) === null) throw apiProblem('api.not-found');
      const change = request.body.settings as SettingsLayer;
      return tellLines(ports, reply, async (telling) => {
        const signal = AbortSignal.timeout(REMOVAL_MS_MAX);
        const earlier = await findEarlier(ports, whoIs(session), change, { ...telling, signal });
        if (earlier === null) throw apiProblem('api.not-found');
        return earlier;
      });
    },
  );

  app.post(
    '/api/settings/earlier/apply',
    { schema: { body: earlierFormSchema, response: linesAnswer }, config: mailLimit },
    async (request, reply) => {
      const session = await requireSession(ports, request, secure);
      if ((await ownMailboxId(ports, session)) === null) throw apiProblem('api.not-found');
      const change = request.body.settings as SettingsLayer;
      return tellLines(ports, reply, async (telling): Promise<Result> => {
        const signal = AbortSignal.timeout(REMOVAL_MS_MAX);
        const removal = await removeEarlier(ports, whoIs(session), change, { ...telling, signal });
        if (removal === null) throw apiProblem('api.not-found');
        return removalView(removal);
      });
    },
  );
}
