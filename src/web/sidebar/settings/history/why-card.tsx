/** *Why?* for any mail (D3): by its Message-ID, or picked from the latest ones. The mail is read live and nothing of it is kept. */
import { Button, Field, Input } from '@fluentui/react-components';
import { type FormEvent, useEffect, useRef, useState } from 'react';
import type { MailName } from '../../../../api-schema/mails.ts';
import { problemOf } from '../../../shared/api-problem.ts';
import { Card, Quiet } from '../../../shared/card.tsx';
import { InstantText } from '../../../shared/instant-text.tsx';
import { Loading } from '../../../shared/loading.tsx';
import { useExplanation, useRecentMails } from '../../../shared/mail-queries.ts';
import { ProblemNotice } from '../../../shared/problem-notice.tsx';
import { ExplanationDetail } from '../../mails/explanation-detail.tsx';
import css from '../../mails/mails.module.css';
import { PeopleList } from '../../mails/people-list.tsx';
import { SaveMail } from '../../mails/save-mail.tsx';

export function WhyCard() {
  const [name, setName] = useState<MailName | null>(null);
  const [isPicking, setPicking] = useState(false);
  return (
    <Card title="Why is a mail in Salesforce, or not?">
      <Search
        onSearch={(messageId) => {
          setPicking(false);
          setName({ messageId });
        }}
      />
      <div>
        <Button aria-expanded={isPicking} onClick={() => setPicking(!isPicking)}>
          Pick from my latest mails
        </Button>
      </div>
      {isPicking && (
        <RecentMails
          onPick={(itemId) => {
            setPicking(false);
            setName({ itemId });
          }}
        />
      )}
      {name !== null && !isPicking && <Answer key={JSON.stringify(name)} name={name} />}
    </Card>
  );
}

const MESSAGE_ID_CHARACTERS_MIN = 3;

function Search({ onSearch }: { readonly onSearch: (messageId: string) => void }) {
  const [typed, setTyped] = useState('');
  const [error, setError] = useState<string | null>(null);
  const field = useRef<HTMLInputElement | null>(null);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const messageId = typed.trim();
    const isOne = messageId.length >= MESSAGE_ID_CHARACTERS_MIN && messageId.includes('@');
    setError(isOne ? null : 'Enter a Message-ID, such as <abc@mail.acme.com>.');
    if (isOne) onSearch(messageId);
    else field.current?.focus();
  };
  return (
    <form className={css.stack} onSubmit={submit} noValidate>
      <Field
        label="Message-ID"
        hint="It stands in the headers of a mail"
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
          maxLength={998}
        />
      </Field>
      <div>
        <Button appearance="primary" type="submit">
          Why?
        </Button>
      </div>
    </form>
  );
}

function RecentMails({ onPick }: { readonly onPick: (itemId: string) => void }) {
  const recent = useRecentMails();
  const items = recent.data?.items ?? [];
  return (
    <>
      {recent.isPending && <Loading label="Loading your latest mails" lines={5} />}
      {recent.error !== null && (
        <ProblemNotice problem={problemOf(recent.error)} onRetry={() => void recent.refetch()} />
      )}
      {recent.isSuccess && items.length === 0 && <Quiet>There is no mail in Inbox or Sent Items.</Quiet>}
      {items.length > 0 && (
        <ul className={css.list} aria-label="My latest mails">
          {items.map((mail) => (
            <li key={mail.itemId}>
              <button type="button" className={css.pick} onClick={() => onPick(mail.itemId)}>
                <span>{mail.subject === '' ? '(no subject)' : mail.subject}</span>
                <span className={css.small}>
                  {mail.from ?? 'no sender'} · <InstantText at={mail.receivedAt} />
                </span>
                <span className={css.small}>{mail.verdict?.text ?? 'Not examined yet.'}</span>
              </button>
            </li>
          ))}
        </ul>
      )}
    </>
  );
}

/** Takes the focus when it is there, for whoever picked from a list that is gone. */
function Answer({ name }: { readonly name: MailName }) {
  const explanation = useExplanation(name);
  const heading = useRef<HTMLHeadingElement>(null);
  const isThere = explanation.data !== undefined;
  useEffect(() => {
    if (isThere) heading.current?.focus();
  }, [isThere]);
  if (explanation.isPending) return <Loading label="Looking at this mail" lines={4} />;
  if (explanation.data === undefined) {
    return (
      <ProblemNotice problem={problemOf(explanation.error)} onRetry={() => void explanation.refetch()} />
    );
  }
  const { mail, verdict, participants, canSave } = explanation.data;
  return (
    <div className={css.stack}>
      <h3 ref={heading} tabIndex={-1} className={css.subject}>
        {mail.subject === '' ? '(no subject)' : mail.subject}
      </h3>
      <p>{verdict.text}</p>
      <ExplanationDetail explanation={explanation.data} />
      {participants.length > 0 && <PeopleList people={participants} />}
      <SaveMail name={name} canSave={canSave} />
    </div>
  );
}
