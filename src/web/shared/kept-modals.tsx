/**
 * Keeps Fluent's modal management alive for as long as the page is open. It ends with the last component that uses it, and then takes back nothing of what it
 * did: a dialog that goes away as its last user would leave the page hidden from assistive technology, and focus without a keeper.
 */
import { useModalAttributes } from '@fluentui/react-components';

/** Shows nothing. To stand once at the root of a page, above whatever comes and goes. */
export function KeptModals(): null {
  useModalAttributes();
  return null;
}
