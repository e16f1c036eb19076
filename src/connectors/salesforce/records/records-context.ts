/** What the parts of `CrmRecords` share: the wire, time and chance, the org's shape and whose records these are. */
import type { AbortSignalLike, Clock, Random } from '../../../model/clock.ts';
import type { OrgShape } from '../describe.ts';
import type { Api } from '../operations.ts';

export interface RecordsContext {
  readonly api: Api;
  readonly clock: Clock;
  readonly random: Random;
  readonly signal?: AbortSignalLike;
  /** `force` reads the org's shape anew. */
  readonly readOrg: (force: boolean) => Promise<OrgShape>;
  /** Whose own events, tasks and contacts are meant. */
  readonly readUserId: () => Promise<string | null>;
  /** The owner of new records, where the session is another one's. */
  readonly ownerId: string | null;
}
