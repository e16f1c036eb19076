/** The list views of contacts that a person may choose from (C1), read live from the CRM as he sees it; kept nowhere. */
import { type Who, withMailbox } from './open-mailbox.ts';
import type { Ports } from './ports.ts';

export interface ContactView {
  readonly id: string;
  readonly label: string;
}

/** At most 200; null when there is no mailbox. Rejects with `RemoteFailure`. */
export async function readContactViews(
  ports: Ports,
  who: Who,
  signal: AbortSignal,
): Promise<readonly ContactView[] | null> {
  return await withMailbox(ports, who, signal, ({ crm }) => crm.records.listContactViews());
}
