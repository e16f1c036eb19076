/** The first two steps of a roll-out: which profile with which access, then which of its people and in which waves. Nothing is tried before *Check them*. */
import { Button, Field, Radio, RadioGroup } from '@fluentui/react-components';
import { type FormEvent, useRef, useState } from 'react';
import { Link, useLocation, useSearchParams } from 'wouter';
import type { z } from 'zod';
import type { AccessView, accessesViewSchema } from '../../../api-schema/admin/accesses.ts';
import type { ProfileView, profilesViewSchema } from '../../../api-schema/admin/profiles.ts';
import type { RolloutView } from '../../../api-schema/admin/rollouts.ts';
import type { usersPageSchema } from '../../../api-schema/admin/users.ts';
import { problemOf } from '../../shared/api-problem.ts';
import { Card, Quiet } from '../../shared/card.tsx';
import { Notice } from '../../shared/notice.tsx';
import { ProblemNotice } from '../../shared/problem-notice.tsx';
import { useSignedIn } from '../../shared/signed-in-user.ts';
import { sayNumber } from '../../shared/times.ts';
import { provisioningMode } from '../profiles/provisioning-modes.ts';
import { useAdmin, useAdminChange } from '../shared/admin-queries.ts';
import { CauseText, forAdmin } from '../shared/cause-text.tsx';
import { Fact, Facts } from '../shared/facts.tsx';
import css from '../shared/form.module.css';
import { PageFrame } from '../shared/page-frame.tsx';
import { WithAnswer } from '../shared/with-answer.tsx';
import { countPath, everybody, type PeopleChoice, whoOf } from './people-choice.ts';
import { PeopleFields } from './people-fields.tsx';
import { Stepper } from './stepper.tsx';
import { findPlanErrors, firstPlan, type PlanErrors, type WavePlan, wavesOf } from './wave-plan.ts';
import { WavePlanEditor } from './wave-plan-editor.tsx';

export function NewRolloutPage() {
  const [parameters, setParameters] = useSearchParams();
  const profiles = useAdmin<z.infer<typeof profilesViewSchema>>('/profiles');
  const chosen = profiles.data?.items.find(({ id }) => id === parameters.get('profile')) ?? null;
  const step = parameters.get('step') === 'people' && chosen !== null ? 'people' : 'access';
  const go = (next: 'access' | 'people', profileId: string) =>
    setParameters({ profile: profileId, ...(next === 'people' ? { step: next } : {}) });
  return (
    <PageFrame title="New roll-out" back={{ href: '/rollouts', label: 'Roll-outs' }}>
      <Stepper
        current={step}
        hrefOf={(other) =>
          other === 'access' && chosen !== null ? `/rollouts/new?profile=${chosen.id}` : null
        }
      />
      <WithAnswer query={profiles} label="Loading profiles">
        {({ items }) =>
          step === 'people' && chosen !== null ? (
            <PeopleStep key={chosen.id} profile={chosen} />
          ) : (
            <AccessStep items={items} chosen={chosen} onGo={go} />
          )
        }
      </WithAnswer>
    </PageFrame>
  );
}

function AccessStep(props: {
  readonly items: readonly ProfileView[];
  readonly chosen: ProfileView | null;
  readonly onGo: (step: 'access' | 'people', profileId: string) => void;
}) {
  const { items, chosen, onGo } = props;
  if (items.length === 0) {
    return (
      <Quiet>
        There is no profile yet. A profile says how its people are reached.{' '}
        <Link href="/profiles/new">Make one</Link>.
      </Quiet>
    );
  }
  return (
    <Card title="Choose the access">
      <Field label="Whose profile" hint="It says how its people are reached">
        <RadioGroup value={chosen?.id ?? ''} onChange={(_event, data) => onGo('access', data.value)}>
          {items.map((profile) => (
            <Radio
              key={profile.id}
              value={profile.id}
              label={`${profile.name}: ${sayNumber(profile.users, 'person', 'people')}`}
            />
          ))}
        </RadioGroup>
      </Field>
      {chosen !== null && <ChosenAccess profile={chosen} />}
      <div className={css.actions}>
        <Button
          appearance="primary"
          disabledFocusable={chosen === null}
          onClick={() => chosen !== null && onGo('people', chosen.id)}
        >
          Choose people
        </Button>
      </div>
    </Card>
  );
}

/** What the profile's accesses are, and whether they work at present. */
function ChosenAccess({ profile }: { readonly profile: ProfileView }) {
  const isPlatform = useSignedIn().user.role === 'platform-admin';
  const accesses = useAdmin<z.infer<typeof accessesViewSchema>>(isPlatform ? '/accesses' : null);
  const { mailAccess, crmAccess } = profile;
  const mode = provisioningMode(mailAccess !== null, crmAccess !== null);
  const used = (accesses.data?.items ?? []).filter(({ id }) => id === mailAccess?.id || id === crmAccess?.id);
  return (
    <>
      <p>
        <strong>{mode.title}.</strong> {mode.about}
      </p>
      <Facts>
        <Fact name="Mailboxes">
          {mailAccess === null ? 'each person for himself' : `through ${mailAccess.name}`}
        </Fact>
        <Fact name="Salesforce">
          {crmAccess === null ? 'each person for himself' : `through ${crmAccess.name}`}
        </Fact>
      </Facts>
      {mailAccess === null && (
        <Notice tone="waiting">
          <p>
            Nobody’s mailbox can be opened by the company here: everybody would be left to connect himself.{' '}
            {isPlatform && <Link href={`/profiles/${profile.id}`}>Choose an access in the profile</Link>}
          </p>
        </Notice>
      )}
      {!profile.enabled && (
        <Notice tone="waiting">
          <p>This profile is disabled: nobody of it can be switched on.</p>
        </Notice>
      )}
      {used.map((access) => (
        <Refusal key={access.id} access={access} />
      ))}
    </>
  );
}

function Refusal({ access }: { readonly access: AccessView }) {
  if (access.cause === null) return null;
  return (
    <Notice tone="bad">
      <p>
        <Link href={`/access/${access.id}`}>{access.name}</Link> is refused at present.
      </p>
      <CauseText failure={access.cause} />
    </Notice>
  );
}

function PeopleStep({ profile }: { readonly profile: ProfileView }) {
  // One id for one roll-out, however often it is sent.
  const [id] = useState(() => crypto.randomUUID());
  const [choice, setChoice] = useState<PeopleChoice>(everybody);
  const [plan, setPlan] = useState<WavePlan>(firstPlan);
  const [errors, setErrors] = useState<PlanErrors>(new Map());
  const form = useRef<HTMLFormElement>(null);
  const [, goTo] = useLocation();
  const make = useAdminChange<RolloutView>();
  const counted = useAdmin<z.infer<typeof usersPageSchema>>(
    choice.kind === 'some' ? null : countPath(choice, profile.id),
  );
  const total = choice.kind === 'some' ? choice.people.length : (counted.data?.total ?? null);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const found = findPlanErrors(plan);
    setErrors(found);
    const first = [...found.keys()][0];
    if (first !== undefined) {
      const name = first === 'failuresMax' ? first : `wave-${first}`;
      form.current?.querySelector<HTMLElement>(`[name="${name}"]`)?.focus();
      return;
    }
    if (total === 0) return;
    const body = {
      profileId: profile.id,
      who: whoOf(choice),
      waves: wavesOf(plan),
      failuresMax: Number(plan.failuresMax),
    };
    make.mutate(
      { method: 'PUT', below: `/rollouts/${id}`, body },
      { onSuccess: () => goTo(`/rollouts/${id}`) },
    );
  };
  return (
    <form ref={form} className={css.form} onSubmit={submit} noValidate>
      <PeopleFields profile={profile} choice={choice} onChange={setChoice} />
      <p role="status">
        {total === null ? 'Counting' : `${sayNumber(total, 'person is', 'people are')} chosen.`}
      </p>
      <WavePlanEditor plan={plan} errors={errors} total={total} onChange={setPlan} />
      {make.error !== null && <ProblemNotice problem={forAdmin(problemOf(make.error))} />}
      <div className={css.actions}>
        <Button appearance="primary" type="submit" disabledFocusable={total === 0 || make.isPending}>
          Check them
        </Button>
        <span className={css.quiet}>Nobody is switched on by checking.</span>
      </div>
    </form>
  );
}
