/** What is known of one stretch of the load: every mailbox ran once, and this is what it took. */
import type { Reading } from '../meters.ts';
import type { SimulatorsAnswer } from './messages.ts';

export interface Phase {
  readonly name: string;
  readonly runs: number;
  readonly failed: number;
  /** Things that were changed beforehand. */
  readonly changed: number;
  readonly seconds: number;
  readonly product: Reading;
  readonly requests: NonNullable<SimulatorsAnswer['requests']>;
  readonly bytes: number;
}
