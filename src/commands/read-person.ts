/** Everything of one person on one screen of the administrators' console, and what can be done with him now. */
import type { UserId } from '../model/ids.ts';
import { runsInState } from '../model/mailbox-state.ts';
import type { SettingsLayers } from '../model/settings.ts';
import { inOrganization } from '../store/database.ts';
import { readLateRules } from '../store/late-rules.ts';
import {
  isLastPlatformAdmin,
  type Person,
  type ReachedThrough,
  readPerson,
  readReachedThrough,
} from '../store/people.ts';
import { readSettingsLayers } from '../store/settings-layers.ts';
import type { Admin } from './admin.ts';
import { isActivated } from './delete-person.ts';
import { type PersonRow, readRows } from './list-people.ts';
import type { Ports } from './ports.ts';
import { type Overview, readOverview } from './read-overview.ts';

export type PersonMay =
  | 'enable'
  | 'disable'
  | 'sync-now'
  | 'check-access'
  | 'reset'
  | 'delete'
  | 'force-delete';

export interface PersonPage {
  readonly row: PersonRow;
  readonly person: Person;
  readonly through: ReachedThrough;
  readonly layers: SettingsLayers;
  readonly overview: Overview | null;
  readonly may: readonly PersonMay[];
}

/** Null when there is nobody of this id within reach. */
export async function readPersonPage(ports: Ports, admin: Admin, id: UserId): Promise<PersonPage | null> {
  const { organizationId, reach } = admin;
  const read = await inOrganization(ports.db, organizationId, async (tx) => {
    const person = await readPerson(tx, { organizationId, reach, id });
    if (person === null) return null;
    const late = await readLateRules(tx, organizationId, ports.clock.now());
    const [row] = await readRows(ports, tx, admin, [id], late);
    if (row === undefined) return null;
    const isKept =
      person.role === 'platform-admin' &&
      (reach !== 'organization' || (await isLastPlatformAdmin(tx, organizationId, id)));
    return {
      ...{ row, person },
      through: await readReachedThrough(tx, id),
      layers: await readSettingsLayers(tx, { organizationId, userId: id }),
      may: mayOf(row, isKept),
    };
  });
  if (read === null) return null;
  return { ...read, overview: await readOverview(ports, { organizationId, userId: id }) };
}

/** `isKept`: a platform admin who cannot be deleted. */
function mayOf({ mailboxId, state, pause, profile }: PersonRow, isKept: boolean): readonly PersonMay[] {
  const has = mailboxId !== null;
  const may: readonly (readonly [PersonMay, boolean])[] = [
    ['enable', state === 'paused' && pause?.by === 'admin' && profile?.enabled !== false],
    ['disable', state === 'active' || state === 'suspended'],
    ['sync-now', has && runsInState[state] !== 'never'],
    ['check-access', true],
    ['reset', has && state !== 'deactivated'],
    ['delete', !isKept && !isActivated(state)],
    ['force-delete', !isKept && isActivated(state)],
  ];
  return may.filter(([, can]) => can).map(([name]) => name);
}
