/** How events are listed, filtered and ordered, in calendars and in views. */

import type { Instance } from './event-instances.ts';
import { EVENT_PROPERTIES, extendedOf, showEvent } from './event-json.ts';
import type { ItemList } from './item-list.ts';

export const EVENT_LIST: ItemList<Instance> = {
  type: 'Event',
  properties: EVENT_PROPERTIES,
  notFilterable: ['attendees', 'body', 'bodyPreview', 'cancelledOccurrences', 'locations', 'recurrence'],
  show: showEvent,
  extended: extendedOf,
};
