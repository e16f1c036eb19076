/**
 * One attempt after another to connect: what is under way, and what came of the last one. It sends and complains; it shows nothing and words
 * nothing.
 */
import { useEffect, useState } from 'react';
import type { ActivationView, MailboxForm } from '../../../api-schema/mailbox.ts';
import type { Problem } from '../../../api-schema/problem.ts';
import { problemOf } from '../../shared/api-problem.ts';
import { type Connection, useBeginConsent, useConnect } from '../../shared/changes.ts';
import { loginProblem } from '../login/login-problem.ts';
import { arrival, type Choice, rememberChoice } from './arrival.ts';
import type { FormErrors } from './form-values.ts';
import { placeOf } from './problem-place.ts';

/** What came of the last attempt: complaints by field, and the API's refusal if it was sent. */
export interface Outcome {
  readonly errors: FormErrors;
  readonly problem: Problem | null;
}

export interface Attempt {
  readonly outcome: Outcome;
  /** `connecting`: the API checks everything; `leaving`: the browser is on its way to the sign-in page. */
  readonly phase: 'idle' | 'connecting' | 'leaving';
  readonly complain: (errors: FormErrors) => void;
  readonly connect: (service: string, form: MailboxForm) => void;
  readonly signIn: (choice: Choice, isKnown: boolean) => void;
}

const nothingYet: Outcome = { errors: {}, problem: null };

function outcomeOf(problem: Problem): Outcome {
  const place = placeOf(problem);
  return { errors: place === null ? {} : { [place]: problem.detail }, problem };
}

/** The arrival is for the first dialog that stands. Renderings that React throws away must not use it up, so effects alone set this. */
let isUsed = false;

/** Goes on with a consent that has come back, if one has. `onConnected` gets the answer when all of it passed. */
export function useAttempt(onConnected: (activation: ActivationView) => void): Attempt & {
  /** What was chosen before the browser left. */
  readonly chosenBefore: Choice | null;
} {
  const { mutate } = useConnect();
  const begin = useBeginConsent();
  const [arrived] = useState(isUsed ? null : arrival);
  const [phase, setPhase] = useState<Attempt['phase']>(arrived?.consentId == null ? 'idle' : 'connecting');
  const [outcome, setOutcome] = useState<Outcome>(
    arrived !== null && arrived.consentId === null
      ? outcomeOf(loginProblem('api.consent-expired'))
      : nothingYet,
  );
  const fail = (error: unknown) => {
    setPhase('idle');
    setOutcome(outcomeOf(problemOf(error)));
  };
  const send = (connection: Connection) => {
    setPhase('connecting');
    setOutcome(nothingYet);
    mutate(connection, { onSuccess: onConnected, onError: fail });
  };
  useEffect(() => {
    if (isUsed) return;
    isUsed = true;
    if (arrived?.consentId != null) send({ consentId: arrived.consentId });
  });
  // Whoever comes back with the browser's own button finds the form again.
  useEffect(() => {
    const restore = (event: PageTransitionEvent) => {
      if (event.persisted) setPhase('idle');
    };
    window.addEventListener('pageshow', restore);
    return () => window.removeEventListener('pageshow', restore);
  }, []);
  return {
    chosenBefore: arrived?.choice ?? null,
    outcome,
    phase,
    complain: (errors) => setOutcome({ errors, problem: null }),
    connect: (service, form) => send({ service, form }),
    signIn(choice, isKnown) {
      setPhase('leaving');
      setOutcome(nothingYet);
      rememberChoice(choice);
      begin.mutate(
        { service: choice.service, form: isKnown ? {} : { address: choice.address } },
        { onSuccess: ({ url }) => window.location.assign(url), onError: fail },
      );
    },
  };
}
