/** What `lockstep doctor` says of one part of an installation. */
export interface Finding {
  readonly subject: string;
  readonly ok: boolean;
  /** What was found; when not ok, with the remedy. */
  readonly text: string;
}

/** One of two texts, by whether it is as it should be. */
export function finding(subject: string, ok: boolean, good: string, bad: string): Finding {
  return { subject, ok, text: ok ? good : bad };
}
