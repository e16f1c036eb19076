/** *Access*: the ways of reaching many people's mailboxes or Salesforce by one credential, and how they are. */
import { Button } from '@fluentui/react-components';
import { lazy, Suspense } from 'react';
import { Link, useLocation, useSearchParams } from 'wouter';
import type { z } from 'zod';
import type { AccessView, accessesViewSchema } from '../../../api-schema/admin/accesses.ts';
import { BreakableText } from '../../shared/breakable-text.tsx';
import { Quiet } from '../../shared/card.tsx';
import { Notice } from '../../shared/notice.tsx';
import { sayNumber } from '../../shared/times.ts';
import { useAdmin } from '../shared/admin-queries.ts';
import { Entry, EntryList } from '../shared/entry-list.tsx';
import { PageFrame } from '../shared/page-frame.tsx';
import { WithAnswer } from '../shared/with-answer.tsx';
import { AccessState } from './access-state.tsx';

const EVERY_MS = 30_000;

const ArrivedProblem = lazy(async () => ({
  default: (await import('./arrived-problem.tsx')).ArrivedProblem,
}));

export function AccessesPage() {
  const accesses = useAdmin<z.infer<typeof accessesViewSchema>>('/accesses', { everyMs: EVERY_MS });
  const [, goTo] = useLocation();
  return (
    <PageFrame
      title="Access"
      about="Ways of reaching many people’s mailboxes, or Salesforce, by one credential of the company. A profile says whose they are."
      action={
        <Button appearance="primary" onClick={() => goTo('/access/new')}>
          New way of reaching
        </Button>
      }
    >
      <SignInNews />
      <WithAnswer query={accesses} label="Loading ways of reaching">
        {({ items }) =>
          items.length === 0 ? (
            <Quiet>
              There is none yet: each person connects for himself. Set one up to switch sync on for many.
            </Quiet>
          ) : (
            <EntryList label="Ways of reaching">
              {items.map((access) => (
                <Entry
                  key={access.id}
                  name={access.name}
                  href={`/access/${access.id}`}
                  facts={factsOf(access)}
                  side={<AccessState access={access} />}
                />
              ))}
            </EntryList>
          )
        }
      </WithAnswer>
    </PageFrame>
  );
}

/** What came of the service account's sign-in, where the reader is back from that page. */
function SignInNews() {
  const [parameters] = useSearchParams();
  const saved = parameters.get('saved');
  const problem = parameters.get('problem');
  return (
    <>
      {saved !== null && (
        <Notice tone="good">
          <p>
            The service account has signed in, and the access works.{' '}
            <Link href={`/access/${encodeURIComponent(saved)}`}>Look at it</Link>, then choose it in a
            profile.
          </p>
        </Notice>
      )}
      {problem !== null && (
        <Suspense fallback={null}>
          <ArrivedProblem code={problem} />
        </Suspense>
      )}
    </>
  );
}

function factsOf(access: AccessView) {
  const { cause, profiles, mailboxes } = access;
  return [
    access.serviceName,
    <BreakableText key="account" text={access.account} />,
    <Link key="mailboxes" href={`/people?access=${access.id}`}>
      {sayNumber(mailboxes, 'mailbox', 'mailboxes')}
    </Link>,
    profiles.length === 0 ? 'in no profile' : `in ${profiles.map(({ name }) => name).join(', ')}`,
    ...(cause === null ? [] : [<strong key="cause">{cause.admin}</strong>]),
  ];
}
