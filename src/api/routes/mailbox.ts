/** A person's own mailbox once it is there: status, *Sync now*, runs and issues. */
import { z } from 'zod';
import { mailboxViewSchema } from '../../api-schema/mailbox.ts';
import { anyCollectionSchema, issuesPageSchema, runsPageSchema } from '../../api-schema/runs.ts';
import { issueLinks } from '../../commands/issue-links.ts';
import { ownMailboxId, readOverview } from '../../commands/read-overview.ts';
import { syncNow } from '../../commands/sync-now.ts';
import { SECOND } from '../../model/clock.ts';
import type { IssueId, MailboxId, RunId } from '../../model/ids.ts';
import { SYNC_NOW_INTERVAL_MS } from '../../model/schedule.ts';
import { inOrganization } from '../../store/database.ts';
import { listIssues, requestRetry } from '../../store/issues.ts';
import { listRuns } from '../../store/runs.ts';
import type { ApiApp, ApiOptions } from '../app.ts';
import { PAGE_ITEMS, pageQuery, readMark, writeMark } from '../page-marks.ts';
import { apiProblem } from '../problems.ts';
import { admitsReconnect, requireSession, type Session } from '../session.ts';
import { issueView, mailboxView, runView } from '../views.ts';

const issuesQuery = pageQuery.extend({ collection: anyCollectionSchema.optional() });

export function addMailboxRoutes(app: ApiApp, options: ApiOptions): void {
  addStatus(app, options);
  addLists(app, options);
}

function addStatus(app: ApiApp, { ports, secure }: ApiOptions): void {
  const mailboxRoute = { schema: { response: { 200: mailboxViewSchema } }, config: { ...admitsReconnect } };
  app.get('/api/mailbox', mailboxRoute, async (request) => {
    const overview = await readOverview(ports, await requireSession(ports, request, secure));
    if (overview === null) throw apiProblem('api.not-found');
    return mailboxView(overview);
  });

  app.post(
    '/api/mailbox/sync-now',
    { schema: { response: { 202: z.object({ mailbox: mailboxViewSchema }) } } },
    async (request, reply) => {
      const session = await requireSession(ports, request, secure);
      const mailboxId = await mailboxOf(session);
      const result = await syncNow(ports, { organizationId: session.organizationId, mailboxId });
      if (result === 'too-soon') {
        throw apiProblem('api.too-soon', { retryAfterSeconds: SYNC_NOW_INTERVAL_MS / SECOND });
      }
      if (result !== 'requested') throw apiProblem('api.conflict');
      const overview = await readOverview(ports, session);
      if (overview === null) throw apiProblem('api.not-found');
      return reply.code(202).send({ mailbox: mailboxView(overview) });
    },
  );

  async function mailboxOf(session: Session): Promise<MailboxId> {
    const mailboxId = await ownMailboxId(ports, session);
    if (mailboxId === null) throw apiProblem('api.not-found');
    return mailboxId;
  }
}

function addLists(app: ApiApp, { ports, secure }: ApiOptions): void {
  app.get(
    '/api/runs',
    { schema: { querystring: pageQuery, response: { 200: runsPageSchema } } },
    async (request) => {
      const session = await requireSession(ports, request, secure);
      const mailboxId = await ownMailboxId(ports, session);
      if (mailboxId === null) return { items: [], next: null };
      const mark = readMark<RunId>(request.query.before);
      const after = mark === null ? null : { startedAt: mark.at, id: mark.id };
      const runs = await inOrganization(ports.db, session.organizationId, (tx) =>
        listRuns(tx, { mailboxId, after, limit: PAGE_ITEMS }),
      );
      const last = runs.length < PAGE_ITEMS ? undefined : runs.at(-1);
      return {
        items: runs.map(runView),
        next: last === undefined ? null : writeMark(last.startedAt, last.id),
      };
    },
  );

  app.get(
    '/api/issues',
    { schema: { querystring: issuesQuery, response: { 200: issuesPageSchema } } },
    async (request) => {
      const session = await requireSession(ports, request, secure);
      const mailboxId = await ownMailboxId(ports, session);
      if (mailboxId === null) return { items: [], next: null };
      const mark = readMark<IssueId>(request.query.before);
      const after = mark === null ? null : { firstAt: mark.at, id: mark.id };
      const issues = await inOrganization(ports.db, session.organizationId, (tx) =>
        listIssues(tx, { mailboxId, collection: request.query.collection ?? null, after, limit: PAGE_ITEMS }),
      );
      const linksOf = await issueLinks(ports, session, issues);
      const last = issues.length < PAGE_ITEMS ? undefined : issues.at(-1);
      return {
        items: issues.map((issue) => issueView(issue, linksOf(issue))),
        next: last === undefined ? null : writeMark(last.firstAt, last.id),
      };
    },
  );

  app.post(
    '/api/issues/:id/retry',
    { schema: { params: z.object({ id: z.uuid() }), response: { 202: z.null() } } },
    async (request, reply) => {
      const session = await requireSession(ports, request, secure);
      const mailboxId = await ownMailboxId(ports, session);
      if (mailboxId === null) throw apiProblem('api.not-found');
      const issueId = request.params.id as IssueId;
      const found = await inOrganization(ports.db, session.organizationId, (tx) =>
        requestRetry(tx, { issueId, mailboxId, now: ports.clock.now() }),
      );
      if (found === 0) throw apiProblem('api.not-found');
      // The retry itself happens in a run; asking again within the minute is no error, the run is due anyway.
      await syncNow(ports, { organizationId: session.organizationId, mailboxId });
      return reply.code(202).send(null);
    },
  );
}
