/** What administrators look at (G5, D6): the overview, runs and issues over many mailboxes, their sums and CSV files. */
import type { z } from 'zod';
import {
  adminIssueQuerySchema,
  adminIssuesPageSchema,
  adminOverviewSchema,
  adminRunQuerySchema,
  adminRunsPageSchema,
  issueSumsSchema,
} from '../../api-schema/admin/overview.ts';
import { exportOwnedIssues, exportOwnedRuns } from '../../commands/export-lists.ts';
import { recordUrls } from '../../commands/issue-links.ts';
import { readAdminOverview } from '../../commands/read-admin-overview.ts';
import type { IssueId, ProfileId, RunId, UserId } from '../../model/ids.ts';
import { inOrganization } from '../../store/database.ts';
import { listOwnedIssues, type OwnedIssue, sumIssues } from '../../store/listed-issues.ts';
import { listOwnedRuns } from '../../store/listed-runs.ts';
import { requireAdmin } from '../admin-session.ts';
import { adminIssueView, adminRunView, overviewView } from '../admin-views.ts';
import type { ApiApp, ApiOptions } from '../app.ts';
import { csvAnswer, sendCsv } from '../csv-answers.ts';
import { readInstantMark, writeInstantMark } from '../list-marks.ts';
import { failureView } from '../views.ts';

const runFilterSchema = adminRunQuerySchema.omit({ limit: true, after: true });
const issueFilterSchema = adminIssueQuerySchema.omit({ limit: true, after: true });

export function addAdminInsightRoutes(app: ApiApp, options: ApiOptions): void {
  const { ports, secure } = options;
  app.get('/api/admin/overview', { schema: { response: { 200: adminOverviewSchema } } }, async (request) => {
    const admin = await requireAdmin(ports, request, secure, { scope: 'read' });
    return overviewView(await readAdminOverview(ports, admin));
  });
  addRuns(app, options);
  addIssues(app, options);
}

function addRuns(app: ApiApp, { ports, secure }: ApiOptions): void {
  app.get(
    '/api/admin/runs',
    { schema: { querystring: adminRunQuerySchema, response: { 200: adminRunsPageSchema } } },
    async (request) => {
      const { organizationId, reach } = await requireAdmin(ports, request, secure, { scope: 'read' });
      const { limit, after, ...filter } = request.query;
      const page = await inOrganization(ports.db, organizationId, (tx) =>
        listOwnedRuns(tx, {
          ...{ organizationId, reach, limit, ...runFilters(filter) },
          after: readInstantMark<RunId>(after),
        }),
      );
      return { items: page.items.map(adminRunView), next: writeInstantMark(page.next) };
    },
  );

  app.get(
    '/api/admin/runs.csv',
    { schema: { querystring: runFilterSchema, response: csvAnswer } },
    async (request, reply) => {
      const admin = await requireAdmin(ports, request, secure, { scope: 'read' });
      return sendCsv(reply, 'runs', exportOwnedRuns(ports, admin, runFilters(request.query)));
    },
  );
}

function runFilters({ user, profile, outcome, code, from, to }: z.infer<typeof runFilterSchema>) {
  return {
    user: user as UserId | undefined,
    profile: profile as ProfileId | undefined,
    ...{ outcome, code },
    from: from === undefined ? undefined : Date.parse(from),
    to: to === undefined ? undefined : Date.parse(to),
  };
}

function addIssues(app: ApiApp, { ports, secure }: ApiOptions): void {
  app.get(
    '/api/admin/issues',
    { schema: { querystring: adminIssueQuerySchema, response: { 200: adminIssuesPageSchema } } },
    async (request) => {
      const { organizationId, reach, actor } = await requireAdmin(ports, request, secure, { scope: 'read' });
      const { limit, after, ...filter } = request.query;
      const page = await inOrganization(ports.db, organizationId, (tx) =>
        listOwnedIssues(tx, {
          ...{ organizationId, reach, limit, ...issueFilters(filter) },
          after: readInstantMark<IssueId>(after),
        }),
      );
      const recordIds = page.items.flatMap(({ recordId }) => recordId ?? []);
      const urls = await recordUrls(ports, { organizationId, userId: actor.userId }, recordIds);
      const urlOf = ({ recordId }: OwnedIssue) => (recordId === null ? null : (urls.get(recordId) ?? null));
      return {
        items: page.items.map((issue) => adminIssueView(issue, urlOf(issue))),
        next: writeInstantMark(page.next),
      };
    },
  );

  app.get(
    '/api/admin/issues.csv',
    { schema: { querystring: issueFilterSchema, response: csvAnswer } },
    async (request, reply) => {
      const admin = await requireAdmin(ports, request, secure, { scope: 'read' });
      return sendCsv(reply, 'issues', exportOwnedIssues(ports, admin, issueFilters(request.query)));
    },
  );

  app.get('/api/admin/issues/sums', { schema: { response: { 200: issueSumsSchema } } }, async (request) => {
    const { organizationId, reach } = await requireAdmin(ports, request, secure, { scope: 'read' });
    const sums = await inOrganization(ports.db, organizationId, (tx) =>
      sumIssues(tx, { organizationId, reach }),
    );
    return {
      items: sums.map(({ code, issues, mailboxes }) => ({
        failure: failureView({ code, vendorCode: null, fields: [] }),
        ...{ issues, mailboxes },
      })),
    };
  });
}

function issueFilters({ user, profile, code, collection }: z.infer<typeof issueFilterSchema>) {
  return { user: user as UserId | undefined, profile: profile as ProfileId | undefined, code, collection };
}
