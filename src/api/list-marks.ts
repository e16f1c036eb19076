/**
 * Where the next page of an administrators' list begins, as text that clients hand back unread: what the last entry was sorted by and its id, so that nobody
 * is listed twice or missed, whatever changes behind. `page-marks.ts` is for a person's own lists.
 */
import { z } from 'zod';
import { apiProblem } from './problems.ts';

const uuid = z.uuid();
const instantMark = z.tuple([z.string().regex(/^[\d: .+-]{10,40}$/), uuid]);
const instant = z.string().regex(/^(-infinity|[\d: .+-]{10,40})$/);
const peopleMark = z.tuple([
  z.enum(['name', 'address', 'state-since', 'last-success', 'created']),
  z.enum(['ascending', 'descending']),
  z.string().max(600),
  uuid,
  z.int().min(0).max(100_000),
]);

/** Of a list by time. */
export function writeInstantMark(mark: { readonly at: string; readonly id: string } | null): string | null {
  return mark === null ? null : encode([mark.at, mark.id]);
}

/** Null for the first page; refuses what no answer ever gave. */
export function readInstantMark<Id extends string>(
  text: string | undefined,
): { readonly at: string; readonly id: Id } | null {
  if (text === undefined) return null;
  const [at, id] = decode(text, instantMark);
  return { at, id: id as Id };
}

export type PeopleMarkParts = z.infer<typeof peopleMark>;

/** Of the list of people; with how many there were, so that they are counted once. */
export function writePeopleMark(parts: PeopleMarkParts): string {
  return encode(parts);
}

/** Refuses the mark of a page that was sorted otherwise. */
export function readPeopleMark(
  text: string,
  asked: { readonly sort: PeopleMarkParts[0]; readonly order: PeopleMarkParts[1] },
): PeopleMarkParts {
  const parts = decode(text, peopleMark);
  const [sort, order, key] = parts;
  const isInstant = sort !== 'name' && sort !== 'address';
  if (sort !== asked.sort || order !== asked.order || (isInstant && !instant.safeParse(key).success))
    throw unreadable();
  return parts;
}

function encode(parts: readonly (string | number)[]): string {
  return Buffer.from(JSON.stringify(parts)).toString('base64url');
}

function decode<Parts>(text: string, schema: z.ZodType<Parts>): Parts {
  const found = schema.safeParse(parse(text));
  if (!found.success) throw unreadable();
  return found.data;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(Buffer.from(text, 'base64url').toString('utf8'));
  } catch {
    return null;
  }
}

function unreadable() {
  return apiProblem('api.invalid-input', {
    fields: ['after'],
    detail: 'This page of the list is not known any more. Begin with the first one.',
  });
}
