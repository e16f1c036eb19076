/**
 * List views of contacts: which there are, and the condition that one of them stands for, cut out of the SOQL that Salesforce tells of it.
 * Vendor page: docs/remote-services/salesforce.md#list-views.
 */
import { z } from 'zod';
import { failure, RemoteFailure } from '../../../model/failure.ts';
import { type Api, type CompositeRequest, parse } from '../operations.ts';
import { quoteSoql } from '../soql.ts';

const VIEWS_MAX = 200;
const PAGES_MAX = 10;

const viewsSchema = z.object({
  listviews: z.array(
    z.object({ id: z.string(), label: z.string().nullish(), soqlCompatible: z.boolean().nullish() }),
  ),
  nextRecordsUrl: z.string().nullish(),
});

/** Views that can be read by SOQL at all, at most 200; one request a page of theirs. */
export async function listContactViews(api: Api): Promise<readonly { id: string; label: string }[]> {
  const views: { id: string; label: string }[] = [];
  let path: string | null | undefined = `/services/data/${api.version}/sobjects/Contact/listviews`;
  for (let pages = 0; path && pages < PAGES_MAX && views.length < VIEWS_MAX; pages += 1) {
    const page: z.infer<typeof viewsSchema> = parse(
      viewsSchema,
      await api.wire.call({ method: 'GET', path, operation: 'list-views' }),
    );
    for (const { id, label, soqlCompatible } of page.listviews)
      if (soqlCompatible !== false) views.push({ id, label: label ?? id });
    path = page.nextRecordsUrl;
  }
  return views.slice(0, VIEWS_MAX);
}

/** The subrequest that tells a view's SOQL; null for what is no id. */
export function describeViewRequest(viewId: string, referenceId: string): CompositeRequest | null {
  return /^[A-Za-z0-9]{15,18}$/.test(viewId)
    ? { referenceId, path: `/sobjects/Contact/listviews/${viewId}/describe` }
    : null;
}

/** A view that was deleted, or that the user does not see. */
export const viewGone = new RemoteFailure(failure('crm.field-missing', { fields: ['Contact.ListView'] }));

const describeSchema = z.object({ query: z.string() });

/** The condition in a view's description, `''` for a view of everything. Rejects a view that is no plain query of contacts. */
export function filterOfView(body: unknown, userId: string | null): string {
  const filter = filterOfQuery(parse(describeSchema, body).query, userId);
  if (filter === null)
    throw new RemoteFailure(failure('crm.request-invalid', { vendorCode: 'UNREADABLE_LIST_VIEW' }));
  return filter;
}

/** `USING SCOPE mine WHERE ...` of a query as a condition; null where it cannot be one. Words inside literals and brackets are nobody's clauses. */
export function filterOfQuery(query: string, userId: string | null): string | null {
  const bare = query.replace(/'(?:[^'\\]|\\.)*'/g, (literal) => '~'.repeat(literal.length));
  const flat = withoutBrackets(bare);
  const from = /\bFROM\s+Contact\b/i.exec(flat);
  if (from === null) return null;
  const rest = from.index + from[0].length;
  const scope = /^\s+USING\s+SCOPE\s+(\w+)/i.exec(flat.slice(rest));
  const where = /\bWHERE\b/i.exec(flat.slice(rest));
  const tail = /\b(?:ORDER\s+BY|LIMIT|WITH|OFFSET|GROUP\s+BY|FOR\s+VIEW)\b/i.exec(flat.slice(rest));
  const end = tail === null ? query.length : rest + tail.index;
  const conditions: string[] = [];
  const scopeName = scope?.[1]?.toLowerCase() ?? 'everything';
  if (scopeName === 'mine' && userId !== null) conditions.push(`OwnerId = ${quoteSoql(userId)}`);
  else if (scopeName !== 'everything') return null;
  if (where !== null && rest + where.index < end)
    conditions.push(`(${query.slice(rest + where.index + 'WHERE'.length, end).trim()})`);
  return conditions.join(' AND ');
}

/** Blanks instead of everything in brackets, the length kept. */
function withoutBrackets(text: string): string {
  let depth = 0;
  return [...text]
    .map((character) => {
      if (character === '(') depth += 1;
      const shown = depth > 0 ? ' ' : character;
      if (character === ')') depth -= 1;
      return shown;
    })
    .join('');
}
