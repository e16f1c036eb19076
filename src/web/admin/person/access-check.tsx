/** *Check access*: what the pre-flight finds for one person. Asked from wherever it is offered, shown in one place. */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { AccessCheck } from '../../../api-schema/admin/users.ts';
import { sendJson } from '../../shared/api-client.ts';
import { problemOf } from '../../shared/api-problem.ts';
import { Notice } from '../../shared/notice.tsx';
import { ProblemNotice } from '../../shared/problem-notice.tsx';
import { useCsrfToken } from '../../shared/signed-in-user.ts';
import { CauseText } from '../shared/cause-text.tsx';
import { CheckLines } from '../shared/check-lines.tsx';
import { routes } from '../shared/routes.ts';
import { ToneText } from '../shared/tone-text.tsx';
import css from './person.module.css';

const keyOf = (userId: string) => ['access-check', userId] as const;

interface Outcome {
  readonly check: AccessCheck | null;
  readonly error: Error | null;
}

/** The outcome, also a refusal, is kept for `AccessCheckResult`. */
export function useAccessCheck(userId: string) {
  const token = useCsrfToken();
  const client = useQueryClient();
  return useMutation({
    mutationFn: () =>
      sendJson<AccessCheck>('POST', `/api/admin${routes.user(userId, '/check-access')}`, token),
    onSuccess: (check) => client.setQueryData<Outcome>(keyOf(userId), { check, error: null }),
    onError: (error) => client.setQueryData<Outcome>(keyOf(userId), { check: null, error }),
  });
}

const predictions: Readonly<Record<AccessCheck['predicted'], string>> = {
  unknown: 'It could not be found out.',
  active: 'A roll-out would activate him.',
  'after-login': 'A roll-out would activate him with his next Salesforce login.',
  'already-active': 'He is active already.',
  'by-himself': 'He has to activate sync himself.',
};

const points = [
  ['mailboxFound', 'Mailbox found', 'Mailbox not found'],
  ['accessGranted', 'Access granted', 'Access not granted'],
  ['crmUserMatched', 'Salesforce user matched', 'No matching Salesforce user'],
  ['addressEqual', 'Address equal on both sides', 'Address differs between the two sides'],
] as const;

export function AccessCheckResult({ userId }: { readonly userId: string }) {
  const { data: outcome } = useQuery<Outcome>({
    queryKey: keyOf(userId),
    queryFn: () => Promise.reject(new Error('only set by a check')),
    enabled: false,
  });
  if (outcome === undefined) return null;
  const { check, error } = outcome;
  if (check === null) return <ProblemNotice problem={problemOf(error)} />;
  return (
    <Notice tone={check.failure === null ? 'good' : 'bad'} live>
      <p>{predictions[check.predicted]}</p>
      <ul className={css.plain} aria-label="What was checked">
        {points.map(([name, yes, no]) => {
          const found = check[name];
          if (found === null) return null;
          return (
            <li key={name}>
              <ToneText tone={found ? 'good' : 'bad'} text={found ? yes : no} />
            </li>
          );
        })}
      </ul>
      {check.failure !== null && <CauseText failure={check.failure} />}
      <Collections found={check.collections} />
    </Notice>
  );
}

/** A11: without one of them mail and the others go on. */
function Collections({ found }: { readonly found: AccessCheck['collections'] }) {
  if (found.length === 0) return null;
  return (
    <>
      <CheckLines
        label="Calendar, contacts and tasks"
        checks={found.map(({ side, collection, failure }) => ({
          capability: side === 'crm' ? `crm-${collection}` : collection,
          failure,
        }))}
      />
      {found.some(({ failure }) => failure !== null) && (
        <p>Without them mail and the others are synced all the same.</p>
      )}
    </>
  );
}
