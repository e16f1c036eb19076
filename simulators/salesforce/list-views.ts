/**
 * List views: `/sobjects/X/listviews` and what one of them is described as, with the SOQL that it stands for. Results of a view are not answered here: who
 * needs them runs the SOQL.
 */
import { type Answer, answer, type Call, methodNotAllowed } from './call.ts';
import { type JsonObject, notFound } from './errors.ts';
import { normalizeId, toId15 } from './ids.ts';
import type { ListView, Organization } from './organization.ts';
import type { SObjectType } from './schema/schema.ts';

/** Rows of one answer to a list of views. */
const PAGE = 25;

/** A list view to be added. */
export type ListViewOptions = Pick<ListView, 'object' | 'label'> &
  Partial<Omit<ListView, 'object' | 'label'>>;

/** Adds a view, or puts it in the place of the one with its id. Gives its id. */
export function addListView(organization: Organization, view: ListViewOptions): string {
  const id = view.id ?? organization.ids.next('00B');
  organization.listViews.set(id, { scope: 'everything', where: '', soqlCompatible: true, ...view, id });
  return id;
}

/** Answers what follows `/sobjects/X/listviews`. */
export function answerListViews(
  call: Call,
  type: SObjectType,
  id: string | undefined,
  rest: readonly string[],
): Answer {
  if (call.method !== 'GET') throw methodNotAllowed(call);
  const views = [...call.actor.organization.listViews.values()].filter(
    ({ object }) => object.toLowerCase() === type.name.toLowerCase(),
  );
  if (id === undefined) return listViews(call, type, views);
  const view = views.find((one) => one.id === (normalizeId(id) ?? id) || toId15(one.id) === id);
  if (view === undefined || rest.length > 1 || (rest[0] !== undefined && rest[0] !== 'describe'))
    throw notFound();
  return answer(200, rest[0] === 'describe' ? describeView(type, view) : summarizeView(call, type, view));
}

function listViews(call: Call, type: SObjectType, views: readonly ListView[]): Answer {
  const from = Number(call.search.get('offset') ?? 0);
  const next = from + PAGE;
  const path = `/services/data/v${call.actor.apiVersion}.0/sobjects/${type.name}/listviews`;
  return answer(200, {
    done: next >= views.length,
    listviews: views.slice(from, next).map((view) => summarizeView(call, type, view)),
    nextRecordsUrl: next >= views.length ? null : `${path}?offset=${next}`,
    size: views.length,
    sobjectType: type.name,
  });
}

function summarizeView(call: Call, type: SObjectType, { id, label, soqlCompatible }: ListView): JsonObject {
  const url = `/services/data/v${call.actor.apiVersion}.0/sobjects/${type.name}/listviews/${id}`;
  return {
    id,
    label,
    developerName: label.replace(/\W+/g, '_'),
    describeUrl: `${url}/describe`,
    resultsUrl: `${url}/results`,
    soqlCompatible,
    url,
  };
}

/** The columns are the name alone; the query is as Salesforce writes it. */
function describeView(type: SObjectType, { id, scope, where }: ListView): JsonObject {
  const scoped = scope === 'everything' ? '' : ` USING SCOPE ${scope}`;
  const condition = where === '' ? '' : ` WHERE ${where}`;
  const orderBy = 'Name ASC NULLS FIRST, Id ASC NULLS FIRST';
  return {
    columns: [
      {
        ascendingLabel: 'Z-A',
        descendingLabel: 'A-Z',
        fieldNameOrPath: 'Name',
        hidden: false,
        label: 'Name',
        selectListItem: 'Name',
        sortDirection: 'ascending',
        sortIndex: 0,
        sortable: true,
        type: 'string',
      },
    ],
    id,
    orderBy: [
      { fieldNameOrPath: 'Name', nullsPosition: 'first', sortDirection: 'ascending' },
      { fieldNameOrPath: 'Id', nullsPosition: 'first', sortDirection: 'ascending' },
    ],
    query: `SELECT Name, Id, CreatedDate, LastModifiedDate, SystemModstamp FROM ${type.name}${scoped}${condition} ORDER BY ${orderBy}`,
    scope: scope === 'everything' ? null : scope,
    sobjectType: type.name,
    whereCondition: { conditions: [], conjunction: 'and' },
  };
}
