/** Is it working, since when, if not why, and the one button that mends it. */
import { Button } from '@fluentui/react-components';
import type { UserView } from '../../../api-schema/admin/users.ts';
import { sayInStep } from '../../../model/collection-words.ts';
import { Card } from '../../shared/card.tsx';
import { CopyButton } from '../../shared/copy-button.tsx';
import { InstantText } from '../../shared/instant-text.tsx';
import { sayCount, sayNumber } from '../../shared/times.ts';
import { type ActName, actWords } from '../people/user-acts.ts';
import { CauseText } from '../shared/cause-text.tsx';
import { Fact, Facts } from '../shared/facts.tsx';
import { statusWords } from '../shared/person-words.ts';
import { ToneText } from '../shared/tone-text.tsx';
import { useAccessCheck } from './access-check.tsx';
import { mendingOf } from './mending.ts';
import css from './person.module.css';

const pausers = {
  user: 'himself',
  admin: 'an administrator',
  profile: 'an administrator, with the whole profile',
} as const;

const sayAt = (at: string | null) => (at === null ? null : <InstantText at={at} withExact />);

export function PersonStatus({
  user,
  onAct,
}: {
  readonly user: UserView;
  readonly onAct: (act: ActName) => void;
}) {
  const { mailbox, state, stateSince, status, lastSuccessAt, nextRunAt } = user;
  return (
    <Card title={statusWords[state]}>
      <p className={css.sentence}>
        <ToneText tone={status.tone} text={status.text} />
      </p>
      {mailbox?.cause != null && <CauseText failure={mailbox.cause} />}
      <Mend user={user} onAct={onAct} />
      <Facts>
        <Fact name="In this state since">{sayAt(stateSince)}</Fact>
        <Fact name="Paused by">{mailbox?.pausedBy == null ? null : pausers[mailbox.pausedBy]}</Fact>
        <Fact name="Paused until">{sayAt(mailbox?.pausedUntil ?? null)}</Fact>
        <Fact name="Last success">{sayAt(lastSuccessAt) ?? 'Never'}</Fact>
        <Fact name="Next run">{sayAt(nextRunAt)}</Fact>
        <Fact name="Every">{mailbox === null ? null : sayNumber(mailbox.intervalMinutes, 'minute')}</Fact>
        <Fact name="Mails in Salesforce">{mailbox === null ? null : sayCount(mailbox.savedTotal)}</Fact>
        <Fact name="In step">{mailbox === null ? null : sayInStep(mailbox.inStep)}</Fact>
        <Fact name="Missing at the last check">
          {mailbox?.completeness == null ? null : sayCount(mailbox.completeness.missing)}
        </Fact>
      </Facts>
    </Card>
  );
}

/** Nothing where nothing is wrong. */
function Mend({ user, onAct }: { readonly user: UserView; readonly onAct: (act: ActName) => void }) {
  const mending = mendingOf(user);
  const check = useAccessCheck(user.id);
  if (mending === null) return null;
  if (mending.kind === 'act') {
    return (
      <div>
        <Button appearance="primary" onClick={() => onAct(mending.act)}>
          {actWords[mending.act].verb}
        </Button>
      </div>
    );
  }
  if (mending.kind === 'check') {
    return (
      <div>
        <Button appearance="primary" disabledFocusable={check.isPending} onClick={() => check.mutate()}>
          {check.isPending ? 'Checking' : 'Check access'}
        </Button>
      </div>
    );
  }
  return (
    <>
      <p>Only he can do this, on his own page. Send him the link:</p>
      <CopyButton text={`${window.location.origin}/`}>Copy the link for him</CopyButton>
    </>
  );
}
