/**
 * One attempt after another to connect: what is under way, and what came of the last one. It sends and complains; it shows nothing and words
 * nothing.
 */
import { useEffect, useState } from 'react';
import type { ActivationView, ConsentForm, MailboxForm } from '../../../api-schema/mailbox.ts';
import type { Problem } from '../../../api-schema/problem.ts';
import { problemOf } from '../../shared/api-problem.ts';
import { type Connection, useBeginConsent, useConnect } from '../../shared/changes.ts';
import { useSignIn } from '../../shared/use-sign-in.ts';
import { problemOfCode } from '../login/problem-of-code.ts';
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
  /** `connecting`: the API checks everything; `leaving`: the person is on his way to the sign-in page. */
  readonly phase: 'idle' | 'connecting' | 'leaving';
  readonly complain: (errors: FormErrors) => void;
  readonly connect: (service: string, form: MailboxForm) => void;
  readonly signIn: (choice: Choice, form: ConsentForm) => void;
}

export interface ArrivedAttempt extends Attempt {
  /** Whether the person has just come back from a sign-in page. */
  readonly hasArrived: boolean;
  /** What was chosen before the browser left. */
  readonly chosenBefore: Choice | null;
}

const nothingYet: Outcome = { errors: {}, problem: null };

function outcomeOf(problem: Problem): Outcome {
  const place = placeOf(problem);
  return { errors: place === null ? {} : { [place]: problem.detail }, problem };
}

/** The arrival is for the first dialog that stands. Renderings that React throws away must not use it up, so effects alone set this. */
let isUsed = false;

/** Goes on with a consent that has come back, if one has. `onConnected` gets the answer when all of it passed. */
export function useAttempt(onConnected: (activation: ActivationView) => void): ArrivedAttempt {
  const { mutate } = useConnect();
  const begin = useBeginConsent();
  const goTo = useSignIn();
  const [arrived] = useState(isUsed ? null : arrival);
  const [phase, setPhase] = useState<Attempt['phase']>(arrived?.consentId == null ? 'idle' : 'connecting');
  const [outcome, setOutcome] = useState<Outcome>(
    arrived !== null && arrived.consentId === null
      ? outcomeOf(problemOfCode('api.consent-expired'))
      : nothingYet,
  );
  const end = (next: Outcome) => {
    setPhase('idle');
    setOutcome(next);
  };
  const fail = (error: unknown) => end(outcomeOf(problemOf(error)));
  const send = (connection: Connection) => {
    setPhase('connecting');
    setOutcome(nothingYet);
    mutate(connection, { onSuccess: onConnected, onError: fail });
  };
  /** A host's dialog comes back here; in a browser the page is gone by then. One that was closed is no problem: the form stands again. */
  const leave = (url: string) =>
    goTo(url).then(
      ({ consentId, problem }) => {
        if (consentId !== null) send({ consentId });
        else end(problem === null ? nothingYet : outcomeOf(problemOfCode(problem)));
      },
      () => end(nothingYet),
    );
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
    hasArrived: arrived !== null,
    chosenBefore: arrived?.choice ?? null,
    outcome,
    phase,
    complain: (errors) => setOutcome({ errors, problem: null }),
    connect: (service, form) => send({ service, form }),
    signIn(choice, form) {
      setPhase('leaving');
      setOutcome(nothingYet);
      rememberChoice(choice);
      begin.mutate(
        { service: choice.service, form },
        { onSuccess: ({ url }) => void leave(url), onError: fail },
      );
    },
  };
}
