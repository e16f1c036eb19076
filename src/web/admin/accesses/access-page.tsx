/** One way of reaching: how it is and why, trying it, what is no secret of it, renewing its credential, and its end. */
import { Button } from '@fluentui/react-components';
import { useState } from 'react';
import { Link, useLocation, useParams } from 'wouter';
import type { AccessView } from '../../../api-schema/admin/accesses.ts';
import { problemOf } from '../../shared/api-problem.ts';
import { ApprovalLink } from '../../shared/approval-link.tsx';
import { BreakableText } from '../../shared/breakable-text.tsx';
import { distinctChecks } from '../../shared/capability-words.ts';
import { Card } from '../../shared/card.tsx';
import { InstantText } from '../../shared/instant-text.tsx';
import { Notice } from '../../shared/notice.tsx';
import { ProblemNotice } from '../../shared/problem-notice.tsx';
import { sayNumber } from '../../shared/times.ts';
import { useAdminChange } from '../shared/admin-queries.ts';
import { CauseText, forAdmin } from '../shared/cause-text.tsx';
import { CheckLines } from '../shared/check-lines.tsx';
import { Fact, Facts } from '../shared/facts.tsx';
import css from '../shared/form.module.css';
import { FormDialog } from '../shared/form-dialog.tsx';
import { PageFrame } from '../shared/page-frame.tsx';
import { useEntry, WithEntry } from '../shared/with-entry.tsx';
import { AccessState } from './access-state.tsx';
import { RenewalCard } from './renewal-card.tsx';
import { useSavedChecks } from './saved-checks.ts';

const EVERY_MS = 15_000;

export function AccessPage() {
  const { id } = useParams<{ id: string }>();
  const access = useEntry<AccessView>('/accesses', id, () => EVERY_MS);
  return (
    <PageFrame title={access.item?.name ?? 'Access'} back={{ href: '/access', label: 'Access' }}>
      <WithEntry entry={access} kind="way of reaching">
        {(known) => (
          <div className={css.stack}>
            <StateCard access={known} />
            <ChecksCard id={known.id} />
            <FactsCard access={known} />
            <RenewalCard access={known} />
            <RemovalCard access={known} />
          </div>
        )}
      </WithEntry>
    </PageFrame>
  );
}

function StateCard({ access }: { readonly access: AccessView }) {
  const check = useAdminChange<AccessView>();
  const { id, cause, mailboxes } = access;
  return (
    <Card title="How it is">
      <AccessState access={access} />
      {cause !== null && (
        <Notice tone="bad">
          <CauseText failure={cause} />
          {mailboxes > 0 && (
            <p>
              {sayNumber(mailboxes, 'mailbox waits', 'mailboxes wait')}; nothing is lost. When it works again,
              they go on by themselves.
            </p>
          )}
        </Notice>
      )}
      <p>
        <Link href={`/people?access=${id}`}>{sayNumber(mailboxes, 'mailbox', 'mailboxes')}</Link>
        {access.checkedAt !== null && (
          <>
            ; checked <InstantText at={access.checkedAt} withExact />
          </>
        )}
      </p>
      {check.error !== null && <ProblemNotice problem={forAdmin(problemOf(check.error))} />}
      <div className={css.actions}>
        <Button
          disabledFocusable={check.isPending}
          onClick={() => check.mutate({ method: 'POST', below: `/accesses/${id}/check` })}
        >
          Check again
        </Button>
        <span role="status">{check.isPending ? 'Checking' : check.isSuccess ? 'Checked' : ''}</span>
      </div>
      <p className={css.quiet}>
        It is tried through mailboxes that it opened last. To try one person’s, press <em>Check access</em> on
        his page.
      </p>
    </Card>
  );
}

/** What was tried on the sample mailbox when the access was saved. */
function ChecksCard({ id }: { readonly id: string }) {
  const checks = useSavedChecks(id);
  if (checks.length === 0) return null;
  return (
    <Card title="What was tried">
      <CheckLines label="What was tried on the sample mailbox" checks={distinctChecks(checks)} />
      {checks.some(({ ok }) => !ok) && (
        <p className={css.quiet}>
          Mail is synced through it. Without calendar, contacts or tasks the others go on all the same.
        </p>
      )}
    </Card>
  );
}

/** To be compared with the service's own console. */
function FactsCard({ access }: { readonly access: AccessView }) {
  const { facts, profiles, approvalUrl } = access;
  return (
    <Card title="What it is">
      <Facts>
        <Fact name="Service">{access.serviceName}</Fact>
        <Fact name="Account">
          <BreakableText text={access.account} />
        </Fact>
        {facts.map(({ label, value }) => (
          <Fact key={label} name={label}>
            <BreakableText text={value} />
          </Fact>
        ))}
        <Fact name="Profiles">
          {profiles.length === 0
            ? 'None yet'
            : profiles.map(({ id, name }, index) => (
                <span key={id}>
                  {index > 0 && ', '}
                  <Link href={`/profiles/${id}`}>{name}</Link>
                </span>
              ))}
        </Fact>
      </Facts>
      {approvalUrl !== null && <ApprovalLink url={approvalUrl} />}
    </Card>
  );
}

/** Refused while a profile has it: then it says which. */
function RemovalCard({ access }: { readonly access: AccessView }) {
  const [isAsking, setAsking] = useState(false);
  const remove = useAdminChange();
  const [, goTo] = useLocation();
  const { id, name, profiles, mailboxes } = access;
  const isUsed = profiles.length > 0 || mailboxes > 0;
  return (
    <Card title="Remove it">
      <p>
        {isUsed
          ? `It is used by ${usersOf(access)}. Take it out of there first, then it can be removed.`
          : 'Nobody uses it. Its credential is erased at once.'}
      </p>
      <div className={css.actions}>
        <Button disabledFocusable={isUsed} onClick={() => setAsking(true)}>
          Remove
        </Button>
      </div>
      {isAsking && (
        <FormDialog
          title={`Remove “${name}”?`}
          verb="Remove"
          isBusy={remove.isPending}
          problem={remove.error === null ? null : problemOf(remove.error)}
          onClose={() => setAsking(false)}
          onDo={() =>
            remove.mutate(
              { method: 'DELETE', below: `/accesses/${id}` },
              { onSuccess: () => goTo('/access') },
            )
          }
        >
          <p>
            Its credential is erased. What was set up in the service’s own console stays there until you
            remove it.
          </p>
        </FormDialog>
      )}
    </Card>
  );
}

function usersOf({ profiles, mailboxes }: AccessView): string {
  const names = profiles.map(({ name }) => `the profile “${name}”`).join(', ');
  const reached = mailboxes === 0 ? '' : sayNumber(mailboxes, 'mailbox', 'mailboxes');
  return [names, reached].filter((part) => part !== '').join(' and ');
}
