/** Which of the profile's people: everybody, those who match, or some by name. Controlled. */
import { Button, Field, Input, Radio, RadioGroup, Select } from '@fluentui/react-components';
import type { z } from 'zod';
import type { ProfileView } from '../../../api-schema/admin/profiles.ts';
import type { licensesViewSchema } from '../../../api-schema/administration.ts';
import { Card } from '../../shared/card.tsx';
import { useAdmin } from '../shared/admin-queries.ts';
import { Entry, EntryList } from '../shared/entry-list.tsx';
import { PersonSearch } from '../shared/person-search.tsx';
import { NAMED_MAX, type PeopleChoice, statusChoices } from './people-choice.ts';

interface FieldsProps {
  readonly profile: ProfileView;
  readonly choice: PeopleChoice;
  readonly onChange: (choice: PeopleChoice) => void;
}

export function PeopleFields(props: FieldsProps) {
  const { profile, choice, onChange } = props;
  return (
    <Card title="Choose people">
      <Field label={`Of ${profile.name}`}>
        <RadioGroup
          value={choice.kind}
          onChange={(_event, data) => onChange({ ...choice, kind: data.value as PeopleChoice['kind'] })}
        >
          <Radio value="all" label="Everybody" />
          <Radio value="filter" label="Those who match" />
          <Radio value="some" label="Some, by name" />
        </RadioGroup>
      </Field>
      {choice.kind === 'filter' && <Matching {...props} />}
      {choice.kind === 'some' && <Named {...props} />}
    </Card>
  );
}

function Matching({ choice, onChange }: FieldsProps) {
  const licenses = useAdmin<z.infer<typeof licensesViewSchema>>('/licenses');
  return (
    <>
      <Field label="Name, login or address begins with">
        <Input
          value={choice.search}
          maxLength={200}
          onChange={(_event, data) => onChange({ ...choice, search: data.value })}
        />
      </Field>
      <Field label="State">
        <Select
          value={choice.status}
          onChange={(_event, data) => onChange({ ...choice, status: data.value as PeopleChoice['status'] })}
        >
          {statusChoices.map(([value, label]) => (
            <option key={value} value={value}>
              {label}
            </option>
          ))}
        </Select>
      </Field>
      <Field label="License">
        <Select
          value={choice.license}
          onChange={(_event, data) => onChange({ ...choice, license: data.value })}
        >
          <option value="">Whichever it is</option>
          <option value="none">None</option>
          {(licenses.data?.items ?? []).map(({ id, name }) => (
            <option key={id} value={id}>
              {name}
            </option>
          ))}
        </Select>
      </Field>
    </>
  );
}

function Named({ profile, choice, onChange }: FieldsProps) {
  const { people } = choice;
  return (
    <>
      {people.length > 0 && (
        <EntryList label="Chosen people">
          {people.map(({ id, name }) => (
            <Entry
              key={id}
              name={name}
              facts={[]}
              side={
                <Button
                  size="small"
                  aria-label={`Take off ${name}`}
                  onClick={() => onChange({ ...choice, people: people.filter((one) => one.id !== id) })}
                >
                  Take off
                </Button>
              }
            />
          ))}
        </EntryList>
      )}
      {people.length < NAMED_MAX && (
        <PersonSearch
          label="Who"
          filter={{ profile: profile.id }}
          chosen={new Set(people.map(({ id }) => id))}
          onChoose={({ id, name }) => onChange({ ...choice, people: [...people, { id, name }] })}
        />
      )}
    </>
  );
}
