/** What a worker in a process of its own tells its parent, and how many runs it has side by side. */

export interface Told {
  readonly kind: 'ready' | 'began' | 'ended' | 'lost';
  readonly at: number;
  readonly mailboxId?: string;
  readonly organizationId?: string;
  readonly token?: string;
  readonly outcome?: string;
}

export const PLACES = 4;
