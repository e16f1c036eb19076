/** The state of an access in a word, and since when; the same in the list and on its page. */
import type { AccessView } from '../../../api-schema/admin/accesses.ts';
import { InstantText } from '../../shared/instant-text.tsx';
import type { Tone } from '../../shared/notice.tsx';
import { ToneText } from '../shared/tone-text.tsx';

const words: Readonly<Record<AccessView['state'], readonly [Tone, string]>> = {
  untested: ['waiting', 'Not tried yet'],
  working: ['good', 'Works since'],
  refused: ['bad', 'Refused since'],
};

export function AccessState({ access }: { readonly access: AccessView }) {
  const [tone, text] = words[access.state];
  return (
    <span>
      <ToneText tone={tone} text={text} />{' '}
      {access.state === 'untested' ? null : <InstantText at={access.stateSince} />}
    </span>
  );
}
