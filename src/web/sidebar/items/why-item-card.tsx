/** *Why?* for an event, contact or task (D3): picked from what is near, or by the id of its record. Read live; nothing of it is kept. */
import { Button, Field, Input, Link, Select } from '@fluentui/react-components';
import { type FormEvent, useEffect, useId, useRef, useState } from 'react';
import type { ItemName } from '../../../api-schema/items.ts';
import { collections } from '../../../model/collection.ts';
import { collectionWords } from '../../../model/collection-words.ts';
import { problemOf } from '../../shared/api-problem.ts';
import { Card, Quiet } from '../../shared/card.tsx';
import { FailureDetail } from '../../shared/failure-detail.tsx';
import { useItemExplanation, useNearItems } from '../../shared/item-queries.ts';
import { Loading } from '../../shared/loading.tsx';
import { ProblemNotice } from '../../shared/problem-notice.tsx';
import css from '../mails/mails.module.css';
import { PeopleList } from '../mails/people-list.tsx';
import { StepList } from '../mails/step-list.tsx';
import { sayItemTime } from './item-words.ts';
import { TryNow } from './try-now.tsx';

type Collection = ItemName['collection'];

export function WhyItemCard() {
  const [collection, setCollection] = useState<Collection>('events');
  const [name, setName] = useState<ItemName | null>(null);
  const [isPicking, setPicking] = useState(false);
  const ask = (asked: ItemName) => {
    setPicking(false);
    setName(asked);
  };
  return (
    <Card title="Why is an event, contact or task in step, or not?">
      <Field label="What is it?">
        <Select
          value={collection}
          onChange={(_event, data) => {
            setCollection(data.value as Collection);
            setName(null);
          }}
        >
          {collections.map((one) => (
            <option key={one} value={one}>
              {collectionWords[one].title}
            </option>
          ))}
        </Select>
      </Field>
      <div>
        <Button aria-expanded={isPicking} onClick={() => setPicking(!isPicking)}>
          {collection === 'events' ? 'Pick from the nearest events' : `Pick from my latest ${collection}`}
        </Button>
      </div>
      {isPicking && <NearList collection={collection} onPick={(itemId) => ask({ collection, itemId })} />}
      <ByRecord onSearch={(recordId) => ask({ collection, recordId })} />
      {name !== null && !isPicking && <Answer key={JSON.stringify(name)} name={name} />}
    </Card>
  );
}

/** The id of a record, or the address of its page. */
function ByRecord({ onSearch }: { readonly onSearch: (recordId: string) => void }) {
  const [typed, setTyped] = useState('');
  const [error, setError] = useState<string | null>(null);
  const field = useRef<HTMLInputElement | null>(null);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const found = /(?:^|\/)([a-zA-Z0-9]{15}(?:[a-zA-Z0-9]{3})?)(?=$|[/?#])/.exec(typed.trim())?.[1];
    setError(found === undefined ? 'Enter the address of a record in Salesforce, or its id.' : null);
    if (found !== undefined) onSearch(found);
    else field.current?.focus();
  };
  return (
    <form className={css.stack} onSubmit={submit} noValidate>
      <Field
        label="Record in Salesforce"
        hint="The address of its page, or its id"
        {...(error === null ? {} : { validationState: 'error', validationMessage: error })}
      >
        <Input
          ref={(element: HTMLInputElement | null) => {
            field.current = element;
          }}
          value={typed}
          onChange={(_event, data) => setTyped(data.value)}
          autoComplete="off"
          autoCapitalize="none"
          spellCheck={false}
          maxLength={500}
        />
      </Field>
      <div>
        <Button type="submit">Why this record?</Button>
      </div>
    </form>
  );
}

function NearList(props: { readonly collection: Collection; readonly onPick: (itemId: string) => void }) {
  const { collection, onPick } = props;
  const near = useNearItems(collection);
  const items = near.data?.items ?? [];
  const [, many] = collectionWords[collection].names;
  return (
    <>
      {near.isPending && <Loading label={`Loading ${many}`} lines={5} />}
      {near.error !== null && (
        <ProblemNotice problem={problemOf(near.error)} onRetry={() => void near.refetch()} />
      )}
      {near.isSuccess && items.length === 0 && (
        <Quiet>There are no {many} in the time that is looked at.</Quiet>
      )}
      {items.length > 0 && (
        <ul className={css.list} aria-label={collectionWords[collection].title}>
          {items.map(({ itemId, title, time, verdict }) => (
            <li key={itemId}>
              <button type="button" className={css.pick} onClick={() => onPick(itemId)}>
                <span>{title === '' ? '(no title)' : title}</span>
                {time !== null && <span className={css.small}>{sayItemTime(time)}</span>}
                <span className={css.small}>{verdict?.text ?? 'Not examined yet.'}</span>
              </button>
            </li>
          ))}
        </ul>
      )}
    </>
  );
}

/** Takes the focus when it is there, for whoever picked from a list that is gone. */
function Answer({ name }: { readonly name: ItemName }) {
  const explanation = useItemExplanation(name);
  const heading = useRef<HTMLHeadingElement>(null);
  const id = useId();
  const isThere = explanation.data !== undefined;
  useEffect(() => {
    if (isThere) heading.current?.focus();
  }, [isThere]);
  if (explanation.isPending) return <Loading label="Looking at both sides" lines={4} />;
  if (explanation.data === undefined)
    return (
      <ProblemNotice problem={problemOf(explanation.error)} onRetry={() => void explanation.refetch()} />
    );
  const { title, time, verdict, steps, participants, failure, issue, itemUrl, recordUrl, canTry } =
    explanation.data;
  return (
    <div className={css.stack}>
      <h3 ref={heading} id={id} tabIndex={-1} className={css.subject}>
        {title === null ? 'Gone on both sides' : title === '' ? '(no title)' : title}
      </h3>
      {time !== null && <p className={css.small}>{sayItemTime(time)}</p>}
      <p>A run would say now: “{verdict.text}”</p>
      <StepList steps={steps} />
      {failure !== null && <Trouble text={failure.text} failure={failure} />}
      {issue !== null && failure === null && <Trouble text={issue.text} failure={issue} />}
      {(recordUrl !== null || itemUrl !== null) && (
        <p className={css.links}>
          {recordUrl !== null && (
            <Link href={recordUrl} target="_blank" rel="noreferrer" inline>
              Open the record in Salesforce
            </Link>
          )}{' '}
          {itemUrl !== null && (
            <Link href={itemUrl} target="_blank" rel="noreferrer" inline>
              Open it in the mailbox
            </Link>
          )}
        </p>
      )}
      {participants.length > 0 && <PeopleList people={participants} />}
      {canTry && <TryNow name={name} describedBy={id} code={(failure ?? issue)?.code} />}
    </div>
  );
}

function Trouble(props: { readonly text: string; readonly failure: Parameters<typeof FailureDetail>[0] }) {
  return (
    <div className={css.stack}>
      <p>{props.text}</p>
      <FailureDetail {...props.failure} />
    </div>
  );
}
