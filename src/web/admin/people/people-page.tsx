/** *People*: everybody whom this admin reaches, and what can be done with many at once. */
import { Button, Menu, MenuItem, MenuList, MenuPopover, MenuTrigger } from '@fluentui/react-components';
import { useState } from 'react';
import { Link, useLocation } from 'wouter';
import type { UserFilter, UserRow } from '../../../api-schema/admin/users.ts';
import { useSignedIn } from '../../shared/signed-in-user.ts';
import { sayNumber } from '../../shared/times.ts';
import { DataList } from '../list/data-list.tsx';
import type { Selection } from '../list/list-model.ts';
import { useNews } from '../shared/news.tsx';
import { PageFrame } from '../shared/page-frame.tsx';
import { routes } from '../shared/routes.ts';
import { ActDialog } from './act-dialog.tsx';
import { AddPersonDialog } from './add-person-dialog.tsx';
import { peopleColumns } from './people-columns.tsx';
import { usePeopleFilters } from './people-filters.ts';
import { type ActName, actNames, actWords } from './user-acts.ts';

interface Asked {
  readonly act: ActName;
  readonly selection: Selection<UserRow>;
  readonly clear: () => void;
}

const first = { by: 'name', order: 'ascending' } as const;

export function PeoplePage() {
  const { user } = useSignedIn();
  const filters = usePeopleFilters();
  const [asked, setAsked] = useState<Asked | null>(null);
  const [isAdding, setAdding] = useState(false);
  const [, goTo] = useLocation();
  const { tell } = useNews();
  const isPlatform = user.role === 'platform-admin';
  return (
    <PageFrame
      title="People"
      action={
        <Button appearance="primary" onClick={() => setAdding(true)}>
          Add a person
        </Button>
      }
    >
      <DataList<UserRow>
        name="people"
        label="People"
        words={['person', 'people']}
        below={routes.users}
        columns={peopleColumns}
        filters={filters}
        sort={first}
        searchLabel="Search by name, login or address"
        keyOf={(row) => row.id}
        nameOf={(row) => row.name}
        hrefOf={(row) => `/people/${encodeURIComponent(row.id)}`}
        csv={routes.usersCsv}
        actions={(selection, clear) => (
          <Actions onAct={(act) => setAsked({ act, selection, clear })} isPlatform={isPlatform} />
        )}
        empty={
          <p>
            Nobody is here yet. {isPlatform && <Link href="/import">Import people</Link>}
            {isPlatform && ', or add one.'}
          </p>
        }
      />
      {asked !== null && (
        <ActDialog
          act={asked.act}
          target={targetOf(asked.selection)}
          who={sayWho(asked.selection)}
          onClose={(hasChanged) => {
            if (hasChanged) asked.clear();
            setAsked(null);
          }}
        />
      )}
      {isAdding && (
        <AddPersonDialog
          onClose={() => setAdding(false)}
          onAdded={({ id }) => {
            tell('good', 'Added.');
            goTo(`/people/${encodeURIComponent(id)}`);
          }}
        />
      )}
    </PageFrame>
  );
}

/** The two that are used daily stand out; the others are in a menu, the grave ones last. */
function Actions({
  onAct,
  isPlatform,
}: {
  readonly onAct: (act: ActName) => void;
  readonly isPlatform: boolean;
}) {
  const known = actNames.filter((act) => isPlatform || actWords[act].platformOnly !== true);
  return (
    <>
      {known.slice(0, 3).map((act) => (
        <Button key={act} size="small" onClick={() => onAct(act)}>
          {actWords[act].verb}
        </Button>
      ))}
      <Menu>
        <MenuTrigger disableButtonEnhancement>
          <Button size="small">More</Button>
        </MenuTrigger>
        <MenuPopover>
          <MenuList>
            {known.slice(3).map((act) => (
              <MenuItem key={act} onClick={() => onAct(act)}>
                {actWords[act].verb}
              </MenuItem>
            ))}
          </MenuList>
        </MenuPopover>
      </Menu>
    </>
  );
}

function targetOf(selection: Selection<UserRow>) {
  if (selection.kind === 'all') return { filter: selection.filter as UserFilter };
  return { userIds: [...selection.items.keys()] };
}

function sayWho(selection: Selection<UserRow>): string {
  if (selection.kind === 'all')
    return selection.total === null ? 'all that match' : sayNumber(selection.total, 'person', 'people');
  const [only] = selection.items.values();
  return selection.items.size === 1 && only !== undefined
    ? only.name
    : sayNumber(selection.items.size, 'person', 'people');
}
