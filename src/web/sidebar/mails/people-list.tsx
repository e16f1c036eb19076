/** Who takes part in a mail, how each of them stands, and why he counts or not. */
import { Link } from '@fluentui/react-components';
import type { z } from 'zod';
import type { participantViewSchema } from '../../../api-schema/mails.ts';
import { BreakableText } from '../../shared/breakable-text.tsx';
import css from './mails.module.css';

type Participant = z.infer<typeof participantViewSchema>;

const standings: Readonly<Record<Participant['standing'], { readonly word: string; readonly why: string }>> =
  {
    contact: { word: 'Contact', why: '' },
    lead: { word: 'Lead', why: '' },
    user: { word: 'Colleague', why: 'a user of your Salesforce does not count as an outside person' },
    internal: { word: 'Internal', why: 'the address belongs to your own organization' },
    own: { word: 'You', why: '' },
    blocklisted: { word: 'Filtered', why: 'the address or its domain is on a “Never sync” list' },
    unknown: { word: 'Unknown', why: 'no contact or lead in Salesforce has this address' },
  };

/** `Anna Berg · Contact · ACME`, with the address below. */
export function PeopleList({ people }: { readonly people: readonly Participant[] }) {
  return (
    <ul className={css.people} aria-label="People">
      {people.map((person) => {
        const { word, why } = standings[person.standing];
        const name = person.name ?? person.address;
        return (
          <li key={person.address}>
            <span>
              {person.recordUrl === null ? (
                <BreakableText text={name} />
              ) : (
                <Link href={person.recordUrl} target="_blank" rel="noreferrer" inline>
                  <BreakableText text={name} />
                </Link>
              )}
              {' · '}
              {word}
              {person.account !== null && ` · ${person.account}`}
            </span>
            <span className={css.small}>
              {person.name !== null && <BreakableText text={person.address} />}
              {why !== '' && `${person.name === null ? '' : ': '}${why}`}
            </span>
          </li>
        );
      })}
    </ul>
  );
}
