/** What a window of a frame says at its end, to nobody but a page of its own origin. The words are those of api-schema/dialog.ts. */
import type { DialogMessage as Said } from '../../api-schema/dialog.ts';

export type WindowMessage = Said;

/** Whether something that was heard is such a message. */
export function isWindowMessage(heard: unknown): heard is WindowMessage {
  if (typeof heard !== 'object' || heard === null) return false;
  const { source, kind, code, id } = heard as Record<string, unknown>;
  if (source !== 'lockstep-dialog') return false;
  return kind === 'consent'
    ? typeof id === 'string'
    : kind === 'login' || kind === 'problem'
      ? typeof code === 'string'
      : false;
}

/** From the fragment of the window's last address; null when it holds none. */
export function readEnd(fragment: string): WindowMessage | null {
  const found = new URLSearchParams(fragment.replace(/^#/, ''));
  const [login, id, problem] = [found.get('login'), found.get('consent'), found.get('problem')];
  const source = 'lockstep-dialog';
  if (login !== null) return { source, kind: 'login', code: login };
  if (id !== null) return { source, kind: 'consent', id };
  return problem === null ? null : { source, kind: 'problem', code: problem };
}
