/**
 * Every token that the simulated services have handed out, collected while the world plays, since services forget what they replaced; and the codes
 * that were sent through browsers. All of them are to be found nowhere but in sealed values.
 */
import type { Services } from '../simulated-services.ts';

export interface Secret {
  /** What it is and whose, for a report: `office365 refresh-token`. */
  readonly name: string;
  readonly text: string;
}

export interface Secrets {
  /** Takes down what stands at this moment. */
  collect(): void;
  /** Takes down what only its bearer saw. */
  add(secret: Secret): void;
  readonly all: readonly Secret[];
}

/** Nothing collected yet. */
export function createSecrets(services: Services): Secrets {
  const names = new Map<string, string>();
  return {
    collect() {
      for (const { name, text } of readSecrets(services)) names.set(text, name);
    },
    add({ name, text }) {
      names.set(text, name);
    },
    get all() {
      return [...names].map(([text, name]) => ({ text, name }));
    },
  };
}

function readSecrets({ salesforce, office365, google }: Services): readonly Secret[] {
  const named = (name: string, texts: Iterable<string>) => [...texts].map((text) => ({ name, text }));
  const { sessions, refreshTokens } = salesforce.sessions;
  const { tokens: microsoft } = office365.world;
  const { tokens: googles } = google.world;
  return [
    ...named('salesforce access-token', sessions.keys()),
    ...named('salesforce refresh-token', refreshTokens.keys()),
    ...named('office365 access-token', microsoft.accessTokens.keys()),
    ...named('office365 refresh-token', microsoft.refreshTokens.keys()),
    ...named('google access-token', googles.access.keys()),
    ...named('google refresh-token', googles.refresh.keys()),
  ];
}
