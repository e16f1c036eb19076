/** What the bench and the product's process say to each other over the channel of `fork`. */
import type { RunCounts } from '../src/model/run.ts';
import type { Config } from '../src/server/config.ts';
import type { Reading } from './meters.ts';

export type Order =
  | { readonly do: 'open'; readonly config: Config }
  /** Move the product's time ahead. */
  | { readonly do: 'leap'; readonly ms: number }
  /** Run a mailbox to its end, so many times, and measure all of it. */
  | { readonly do: 'run'; readonly address: string; readonly times: number };

export interface Answer {
  readonly runs?: readonly RunCounts[];
  readonly reading?: Reading;
}
