/** The state of an access in a word, the same in the list and on its page. */
import type { AccessView } from '../../../api-schema/admin/accesses.ts';
import { InstantText } from '../../shared/instant-text.tsx';
import type { Tone } from '../../shared/notice.tsx';
import { StateMark } from '../shared/state-mark.tsx';

const words: Readonly<Record<AccessView['state'], readonly [Tone, string]>> = {
  untested: ['waiting', 'Not tried yet'],
  working: ['good', 'Works'],
  refused: ['bad', 'Refused'],
};

export function AccessState({ access }: { readonly access: AccessView }) {
  const [tone, word] = words[access.state];
  return (
    <StateMark tone={tone}>
      {word} {access.state === 'untested' ? null : <InstantText at={access.stateSince} />}
    </StateMark>
  );
}
