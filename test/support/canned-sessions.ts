/** Made-up sessions: a desk, a mail client, and a machine that was left somewhere. */
import type { OwnSessionsView, SessionsView } from '../../src/api-schema/sessions.ts';
import { before } from './canned-answers.ts';

const idOf = (digit: number) => `0192f0c1-7a3e-4b8e-9d5a-${String(digit).repeat(12)}`;

const session = (
  digit: number,
  place: SessionsView['items'][number]['place'],
  minutes: number,
  used: number,
) => ({
  ...{ id: idOf(digit), place, startedAt: before(minutes), usedAt: before(used) },
  expiresAt: before(minutes - 720),
});

export const sessions: SessionsView = {
  items: [session(1, 'browser', 184, 2), session(2, 'mail-client', 131, 21), session(3, 'browser', 402, 190)],
};

export const ownSessions: OwnSessionsView = {
  items: sessions.items.map((one, index) => ({ ...one, current: index === 0 })),
};

export const onlyThisSession: OwnSessionsView = { items: ownSessions.items.slice(0, 1) };
