/** The latest runs, open issues and audit entries of one person, each with the way to the whole list. */
import type { ReactNode } from 'react';
import { Link } from 'wouter';
import type { z } from 'zod';
import type { adminIssuesPageSchema, adminRunsPageSchema } from '../../../api-schema/admin/overview.ts';
import type { auditPageSchema } from '../../../api-schema/administration.ts';
import { Card, Quiet } from '../../shared/card.tsx';
import { FailureDetail } from '../../shared/failure-detail.tsx';
import { InstantText } from '../../shared/instant-text.tsx';
import { sayNumber } from '../../shared/times.ts';
import { sayOutcome } from '../../sidebar/status/run-words.ts';
import { useAdmin } from '../shared/admin-queries.ts';
import { sayAction, sayActor, sayDetails } from '../shared/audit-words.ts';
import { routes } from '../shared/routes.ts';
import { menderWords, triggerWords } from '../shared/run-words.ts';
import { ToneText } from '../shared/tone-text.tsx';
import { WithAnswer } from '../shared/with-answer.tsx';
import css from './person.module.css';

const LATEST = 5;
const of = (list: string, userId: string) =>
  `${list}?${new URLSearchParams({ user: userId, limit: String(LATEST) })}`;

export function PersonRuns({ userId }: { readonly userId: string }) {
  const runs = useAdmin<z.infer<typeof adminRunsPageSchema>>(of(routes.runs, userId));
  return (
    <Card title="Latest runs">
      <WithAnswer query={runs} label="Loading runs">
        {({ items }) =>
          items.length === 0 ? (
            <Quiet>Nothing has run yet.</Quiet>
          ) : (
            <Entries label="Latest runs" all={`/runs?user=${encodeURIComponent(userId)}`}>
              {items.map((run) => {
                const { word, tone } = sayOutcome(run);
                return (
                  <li key={run.id}>
                    <div className={css.line}>
                      <ToneText tone={tone} text={word} />
                      <InstantText at={run.startedAt} withExact />
                    </div>
                    <p className={css.quiet}>
                      {triggerWords[run.trigger]}: {sayNumber(run.examined, 'mail')} examined, {run.created}{' '}
                      saved, {sayNumber(run.issues, 'issue')}
                    </p>
                    {run.failureText !== null && <p className={css.quiet}>{run.failureText}</p>}
                  </li>
                );
              })}
            </Entries>
          )
        }
      </WithAnswer>
    </Card>
  );
}

export function PersonIssues({ userId }: { readonly userId: string }) {
  const issues = useAdmin<z.infer<typeof adminIssuesPageSchema>>(of(routes.issues, userId));
  return (
    <Card title="Issues">
      <WithAnswer query={issues} label="Loading issues">
        {({ items }) =>
          items.length === 0 ? (
            <Quiet>Nothing waits for somebody.</Quiet>
          ) : (
            <Entries label="Issues" all={`/issues?user=${encodeURIComponent(userId)}`}>
              {items.map((issue) => (
                <li key={issue.id}>
                  <p>{issue.admin}</p>
                  <p className={css.quiet}>
                    {menderWords[issue.mender]} can mend it · {sayNumber(issue.attempts, 'attempt')}, last{' '}
                    <InstantText at={issue.lastAt} />
                  </p>
                  <FailureDetail
                    code={issue.code}
                    text={issue.admin}
                    admin={undefined}
                    vendorCode={issue.vendorCode}
                    fields={issue.fields}
                  />
                </li>
              ))}
            </Entries>
          )
        }
      </WithAnswer>
    </Card>
  );
}

export function PersonAudit({ userId }: { readonly userId: string }) {
  const audit = useAdmin<z.infer<typeof auditPageSchema>>(of(routes.audit, userId));
  return (
    <Card title="Who did what">
      <WithAnswer query={audit} label="Loading the audit log">
        {({ items }) =>
          items.length === 0 ? (
            <Quiet>Nothing was done with him yet.</Quiet>
          ) : (
            <Entries label="Who did what" all={`/audit?user=${encodeURIComponent(userId)}`}>
              {items.map((entry) => (
                <li key={entry.id}>
                  <p>
                    {sayAction(entry.action)} by {sayActor(entry)}, <InstantText at={entry.at} withExact />
                  </p>
                  <p className={css.quiet}>{sayDetails(entry)}</p>
                </li>
              ))}
            </Entries>
          )
        }
      </WithAnswer>
    </Card>
  );
}

function Entries(props: { readonly label: string; readonly all: string; readonly children: ReactNode }) {
  const { label, all, children } = props;
  return (
    <>
      <ul className={css.entries} aria-label={label}>
        {children}
      </ul>
      <p>
        <Link href={all}>
          All<span className="visually-hidden"> of: {label}</span>
        </Link>
      </p>
    </>
  );
}
