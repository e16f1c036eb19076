/** Bringing people in (M6): a CSV file as the body, or the CRM with filters. Both answer in lines while they go on. */
import { PassThrough, type Readable, Transform } from 'node:stream';
import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import { crmImportSchema, csvImportQuerySchema, importLineSchema } from '../../api-schema/admin/imports.ts';
import type { Admin } from '../../commands/admin.ts';
import { isImportTarget } from '../../commands/import-target.ts';
import {
  IMPORT_BYTES_MAX,
  type ImportEvent,
  type ImportWish,
  importCsv,
  importFromCrm,
} from '../../commands/import-users.ts';
import { HOUR } from '../../model/clock.ts';
import type { CrmUserFilter } from '../../model/crm-users.ts';
import type { LicenseId, OrganizationId, ProfileId } from '../../model/ids.ts';
import { requireAdmin } from '../admin-session.ts';
import type { ApiApp, ApiOptions } from '../app.ts';
import { bulkLines } from '../lines.ts';
import { apiProblem } from '../problems.ts';

/** 100,000 people at a slow Salesforce. */
const IMPORT_MS_MAX = 1 * HOUR;

const answer = {
  200: z
    .any()
    .describe('application/x-ndjson: lines as `importLineSchema` has them')
    .meta({ contentSchema: z.toJSONSchema(importLineSchema) }),
};

/** Called with a scope of its own: there text/csv is a body that is read as it comes, and nowhere else. */
export function addAdminImportRoutes(scope: ApiApp, options: ApiOptions): void {
  const { ports, secure } = options;
  /** One import of an organization at a time and process: each holds up to 32 MiB. */
  const underWay = new Set<OrganizationId>();

  const answerInLines = async (
    reply: FastifyReply,
    admin: Admin,
    wish: ImportWish,
    work: (signal: AbortSignal) => AsyncGenerator<ImportEvent, void>,
  ): Promise<Readable> => {
    if (!(await isImportTarget(ports, admin, wish))) throw apiProblem('api.not-found');
    const { organizationId } = admin;
    if (underWay.has(organizationId)) throw apiProblem('api.conflict', { detail: BUSY });
    underWay.add(organizationId);
    const lines = bulkLines(ports, reply, (stop) =>
      work(AbortSignal.any([stop, AbortSignal.timeout(IMPORT_MS_MAX)])),
    );
    lines.once('close', () => underWay.delete(organizationId));
    return lines;
  };

  scope.addContentTypeParser('text/csv', (_request, payload, done) => done(null, payload));
  scope.post(
    '/api/admin/imports/csv',
    {
      config: options.activationLimit,
      schema: {
        description:
          'The body is the file (text/csv, UTF-8): a header line with the columns full_name, crm_username, crm_user_id, mailbox_login, mailbox_address in any order, then up to 100,000 rows and 32 MiB. A dry run unless told otherwise.',
        consumes: ['text/csv'],
        querystring: csvImportQuerySchema,
        response: answer,
      },
    },
    async (request, reply) => {
      const admin = await requireAdmin(ports, request, secure, { scope: 'users' });
      const { dryRun, profile, license } = request.query;
      const wish = wishOf(dryRun === 'true', profile, license);
      const body = request.body as unknown as Readable | undefined;
      if (body === undefined || typeof body.pipe !== 'function')
        throw apiProblem('api.invalid-input', { detail: NO_FILE });
      return answerInLines(reply, admin, wish, (signal) =>
        importCsv(ports, admin, wish, takeIn(body), signal),
      );
    },
  );

  scope.post(
    '/api/admin/imports/crm',
    {
      config: options.activationLimit,
      schema: {
        description:
          'Active standard users of Salesforce whom the filter lets through. A dry run unless told otherwise.',
        body: crmImportSchema,
        response: answer,
      },
    },
    async (request, reply) => {
      const admin = await requireAdmin(ports, request, secure, { scope: 'users' });
      const { dryRun, profileId, licenseId, filter } = request.body;
      const wish = {
        ...wishOf(dryRun, profileId, licenseId),
        filter: filterOf(filter),
        includeKnown: filter.includeKnown ?? false,
      };
      return answerInLines(reply, admin, wish, (signal) => importFromCrm(ports, admin, wish, signal));
    },
  );
}

const BUSY = 'Another import of your organization is under way. Wait until it has ended.';
const NO_FILE = 'Send the file as the body of the request, as text/csv.';
const TOO_LARGE = 'The file is larger than 32 MiB. Split it.';

function wishOf(
  dryRun: boolean,
  profile: string | null | undefined,
  license: string | null | undefined,
): ImportWish {
  const profileId = (profile ?? null) as ProfileId | null;
  return { dryRun, profileId, licenseId: (license ?? null) as LicenseId | null };
}

function filterOf(filter: {
  readonly crmProfile?: string | undefined;
  readonly crmRole?: string | undefined;
  readonly department?: string | undefined;
  readonly emailDomain?: string | undefined;
}): CrmUserFilter {
  const { crmProfile, crmRole, department, emailDomain } = filter;
  // An empty field of a form is no wish.
  return {
    ...(crmProfile ? { profile: crmProfile } : {}),
    ...(crmRole ? { role: crmRole } : {}),
    ...(department ? { department } : {}),
    ...(emailDomain ? { emailDomain: emailDomain.replace(/^@/, '') } : {}),
  };
}

/**
 * The file as it comes in, up to its stated size, taken from the client as fast as he sends: the import is slower than a network, and a server waits
 * for a request's end for two minutes only.
 */
function takeIn(body: Readable): AsyncIterable<Uint8Array> {
  let bytes = 0;
  const limited = new Transform({
    transform(chunk: Uint8Array, _encoding, done) {
      bytes += chunk.length;
      done(bytes > IMPORT_BYTES_MAX ? apiProblem('api.invalid-input', { detail: TOO_LARGE }) : null, chunk);
    },
  });
  const held = new PassThrough({ highWaterMark: IMPORT_BYTES_MAX });
  body.on('error', (error) => limited.destroy(error));
  limited.on('error', (error) => held.destroy(error));
  held.on('close', () => limited.destroy());
  body.pipe(limited).pipe(held);
  return held;
}
