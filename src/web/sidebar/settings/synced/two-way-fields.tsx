/**
 * What is kept in step both ways: events, contacts and tasks, each with its switch, its way down from Salesforce (S1), and what of it is looked at (V1, V2,
 * C1, T1).
 */
import { type Collection, collections } from '../../../../model/collection.ts';
import { collectionWords } from '../../../../model/collection-words.ts';
import { Card } from '../../../shared/card.tsx';
import { lockIn, type SyncedDraft, switchCollection } from '../draft.ts';
import { lockReason } from '../lock-reason.ts';
import { ContactScopeField } from './contact-scope-field.tsx';
import { DaysField } from './days-field.tsx';
import { SettingSwitch } from './setting-switch.tsx';
import type { FieldsProps } from './synced-fields.tsx';

const words = {
  events: {
    step: 'Keep my events in step',
    about: 'Events that you made or accepted. Lockstep never invites, updates or cancels anybody.',
    down: 'Also bring events from Salesforce into my calendar',
  },
  contacts: {
    step: 'Keep contacts in step',
    about:
      'Contacts in the folder or label “Salesforce Contacts”, or with the category “Salesforce”. Your other contacts are never touched.',
    down: 'Also bring contacts from Salesforce into my mailbox',
  },
  tasks: {
    step: 'Keep my tasks in step',
    about: 'Your own open tasks, and those completed lately.',
    down: 'Also bring tasks from Salesforce into my mailbox',
  },
} as const;

const downNames = { events: 'eventsDown', contacts: 'contactsDown', tasks: 'tasksDown' } as const;

export function TwoWayFields(props: FieldsProps) {
  return collections.map((name) => (
    <Card key={name} title={collectionWords[name].title}>
      <Ways {...props} name={name} />
      {name === 'events' && <EventWindow {...props} />}
      {name === 'contacts' && <ContactScopeField {...props} />}
      {name === 'tasks' && (
        <DaysField
          {...props}
          name="taskDaysBack"
          label="Completed tasks, days back"
          about="Tasks completed before are left alone"
          locked={reasonIn(props, 'taskDaysBack')}
        />
      )}
    </Card>
  ));
}

function reasonIn({ view }: FieldsProps, name: keyof SyncedDraft): string {
  return lockReason(lockIn(view, name));
}

function Ways(props: FieldsProps & { readonly name: Collection }) {
  const { draft, onEdit, name } = props;
  const isOn = draft.collections.split(' ').includes(name);
  const down = downNames[name];
  const { step, about, down: downLabel } = words[name];
  return (
    <>
      <SettingSwitch
        label={step}
        about={about}
        locked={reasonIn(props, 'collections')}
        checked={isOn}
        onChange={(checked) => onEdit({ collections: switchCollection(draft.collections, name, checked) })}
      />
      <SettingSwitch
        label={downLabel}
        about={isOn ? 'Off: changes go to Salesforce only, and nothing new comes from there' : ''}
        locked={reasonIn(props, down) || (isOn ? '' : 'Nothing of it is kept in step.')}
        checked={draft[down]}
        onChange={(checked) => onEdit({ [down]: checked })}
      />
    </>
  );
}

function EventWindow(props: FieldsProps) {
  return (
    <>
      <DaysField
        {...props}
        name="eventDaysBack"
        label="Days back"
        about="Events that ended before are left alone"
        locked={reasonIn(props, 'eventDaysBack')}
      />
      <DaysField
        {...props}
        name="eventDaysAhead"
        label="Days ahead"
        about="0: however far"
        locked={reasonIn(props, 'eventDaysAhead')}
      />
      <DaysField
        {...props}
        name="seriesDaysAhead"
        label="Series, days ahead"
        about="Each occurrence becomes an event of its own in Salesforce, up to here; later ones follow as time goes by"
        locked={reasonIn(props, 'seriesDaysAhead')}
      />
    </>
  );
}
