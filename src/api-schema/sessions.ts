/** Sessions as their owner and administrators see them: where and when, and nothing of addresses or devices. */
import { z } from 'zod';

const seenSession = {
  id: z.string().describe('Names it; opens nothing'),
  place: z
    .enum(['browser', 'mail-client', 'link'])
    .describe('Where it began: in a browser, in the pane of a mail client, or with the link of an e-mail'),
  startedAt: z.iso.datetime(),
  usedAt: z.iso.datetime().describe('When it was last used, to five minutes'),
  expiresAt: z.iso.datetime().describe('When it ends in any case; unused it ends sooner'),
};

export const sessionItemSchema = z.object(seenSession);
export const sessionsSchema = z.object({ items: z.array(sessionItemSchema).describe('Last used first') });
export const ownSessionsSchema = z.object({
  items: z
    .array(z.object({ ...seenSession, current: z.boolean().describe('The one that asks') }))
    .describe('Last used first'),
});
export const endedSessionsSchema = z.object({ ended: z.int().describe('How many sessions there were') });

export type SessionItem = z.infer<typeof sessionItemSchema>;
export type SessionsView = z.infer<typeof sessionsSchema>;
export type OwnSessionsView = z.infer<typeof ownSessionsSchema>;
export type EndedSessions = z.infer<typeof endedSessionsSchema>;
