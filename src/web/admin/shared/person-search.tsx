/** Looks for a person by the beginning of a name, a login or an address; whoever is found can be chosen. It keeps no choice of its own. */
import { Button, Field, Input } from '@fluentui/react-components';
import { useDeferredValue, useState } from 'react';
import type { z } from 'zod';
import type { UserFilter, UserRow, usersPageSchema } from '../../../api-schema/admin/users.ts';
import { BreakableText } from '../../shared/breakable-text.tsx';
import { Quiet } from '../../shared/card.tsx';
import { useAdmin } from './admin-queries.ts';
import { Entry, EntryList } from './entry-list.tsx';
import { queryOf } from './query-of.ts';
import { WithAnswer } from './with-answer.tsx';

const FOUND_MAX = 8;
/** What is looked for is at least this long. */
const LETTERS_MIN = 2;

export function PersonSearch(props: {
  readonly label: string;
  /** Among whom it looks. */
  readonly filter?: UserFilter;
  /** Who is chosen already. */
  readonly chosen: ReadonlySet<string>;
  readonly onChoose: (person: UserRow) => void;
}) {
  const { label, filter = {}, chosen, onChoose } = props;
  const [typed, setTyped] = useState('');
  const search = useDeferredValue(typed.trim());
  const query = queryOf({ ...filter, search, limit: FOUND_MAX });
  const found = useAdmin<z.infer<typeof usersPageSchema>>(
    search.length >= LETTERS_MIN ? `/users?${query}` : null,
  );
  return (
    <>
      <Field label={label} hint="Beginning of a name, a login or an address">
        <Input
          type="search"
          autoCapitalize="none"
          spellCheck={false}
          value={typed}
          maxLength={200}
          onChange={(_event, data) => setTyped(data.value)}
        />
      </Field>
      {search.length >= LETTERS_MIN && (
        <WithAnswer query={found} label="Looking for people">
          {({ items }) =>
            items.length === 0 ? (
              <Quiet>Nobody is found by that.</Quiet>
            ) : (
              <EntryList label="People found">
                {items.map((person) => (
                  <Entry
                    key={person.id}
                    name={person.name}
                    facts={[<BreakableText key="login" text={person.username} />]}
                    side={
                      <Button
                        size="small"
                        disabledFocusable={chosen.has(person.id)}
                        aria-label={`${chosen.has(person.id) ? 'Chosen:' : 'Choose'} ${person.name}`}
                        onClick={() => onChoose(person)}
                      >
                        {chosen.has(person.id) ? 'Chosen' : 'Choose'}
                      </Button>
                    }
                  />
                ))}
              </EntryList>
            )
          }
        </WithAnswer>
      )}
    </>
  );
}
