/** The words for where a session began. One of a newer server, not known here, is said without a place. */
import type { SessionItem } from '../../api-schema/sessions.ts';

const placeWords: Readonly<Record<SessionItem['place'], string>> = {
  browser: 'Browser',
  'mail-client': 'Sidebar beside the mail',
  link: 'Link of an e-mail',
};

export function sayPlace(place: SessionItem['place']): string {
  return placeWords[place] ?? 'Session';
}
