/**
 * Finding people by beginnings of words. Words are folded as `lockstep_fold` folds them in the database; what they are and why there is a table of them
 * stands in docs/decisions/admin-lists.md.
 */
import type { OrganizationId } from '../model/ids.ts';
import type { Tx } from './database.ts';

/** Words of one search that count, and their length. */
const WORDS_MAX = 8;
const WORD_CHARS_MAX = 64;
/** Up to so many hits of a word are looked at one by one; more are met soon enough in the order of the list. */
const HITS_MAX = 10_000;

/** The words of what somebody typed: lower case, without accents, split as names and addresses are. */
export function foldedWords(text: string): readonly string[] {
  const folded = text
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[\u0300-\u036f]/g, '');
  const words = folded.split(/[\s@._+,;:/\\()<>"'%-]+/).filter((word) => word !== '');
  return [...new Set(words)].slice(0, WORDS_MAX).map((word) => word.slice(0, WORD_CHARS_MAX));
}

/**
 * How a search is answered: `nobody`; by the few whom its rarest word finds, of whom the other words may still drop some; or by `many`, who are found
 * by walking the list in its order.
 */
export type Hits =
  | { readonly kind: 'few'; readonly rarest: string }
  | { readonly kind: 'many' }
  | { readonly kind: 'nobody' };

/** Cost: at most `HITS_MAX` entries of one index for each word. */
export async function findHits(
  tx: Tx,
  organizationId: OrganizationId,
  words: readonly string[],
): Promise<Hits> {
  const { rows } = await tx.query<{ word: string; hits: string }>(
    `select word, (
       select count(*) from (
         select from user_words as known
         where known.organization_id = $1 and known.word >= wanted.word and known.word < wanted.behind limit ${HITS_MAX + 1}
       ) as counted) as hits
     from unnest($2::text[], $3::text[]) as wanted (word, behind) order by hits`,
    [organizationId, words, words.map(behindWord)],
  );
  const [rarest] = rows;
  if (rarest === undefined || Number(rarest.hits) === 0) return { kind: 'nobody' };
  return Number(rarest.hits) > HITS_MAX ? { kind: 'many' } : { kind: 'few', rarest: rarest.word };
}

/** Behind every word that begins so: the highest code point there is, which sorts last by bytes. */
export function behindWord(word: string): string {
  return `${word}\u{10ffff}`;
}
