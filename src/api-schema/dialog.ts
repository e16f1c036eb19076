/**
 * How a page that another site frames logs in: it gets no cookies there, so a window of its own does it, and what that window ends with is handed
 * to the frame, which alone can use it. The frame makes a verifier and sends its SHA-256 ahead (as PKCE does, RFC 7636).
 */
import { z } from 'zod';

/** SHA-256 of the verifier, base64url. */
export const challengeSchema = z.string().regex(/^[A-Za-z0-9_-]{43}$/);
export const verifierSchema = z.string().regex(/^[A-Za-z0-9_-]{43,128}$/);

/** `page`: the page itself leaves and comes back; `dialog`: a window of its own does. */
export const displaySchema = z.enum(['page', 'dialog']);

export const takeOverFormSchema = z.object({
  code: z.string().min(20).max(128).describe('What the window handed over; good for a minute, and once'),
  verifier: verifierSchema,
});
export type TakeOverForm = z.infer<typeof takeOverFormSchema>;

export const sessionTokenSchema = z.object({
  token: z
    .string()
    .describe('To be sent as `Authorization: Bearer`; kept in memory or in the session’s storage'),
  expiresAt: z.iso.datetime(),
});
export type SessionToken = z.infer<typeof sessionTokenSchema>;

/** *Refresh* or *Change* of the CRM account, from a frame. */
export const renewalFormSchema = z.object({
  intent: z.enum(['refresh', 'change']),
  host: z.string().max(255).optional(),
  challenge: challengeSchema,
});
export const renewalStartSchema = z.object({
  url: z.string().describe('To be opened in a window of its own'),
});
export type RenewalStart = z.infer<typeof renewalStartSchema>;
export const renewedSchema = z.object({
  session: sessionTokenSchema.nullable().describe('The new session, where another account goes on'),
});
export type Renewed = z.infer<typeof renewedSchema>;

/** What the window says to the frame: a login's code, a consent's id, or a problem's code. */
export const dialogMessageSchema = z.discriminatedUnion('kind', [
  z.object({ source: z.literal('lockstep-dialog'), kind: z.literal('login'), code: z.string() }),
  z.object({ source: z.literal('lockstep-dialog'), kind: z.literal('consent'), id: z.string() }),
  z.object({ source: z.literal('lockstep-dialog'), kind: z.literal('problem'), code: z.string() }),
]);
export type DialogMessage = z.infer<typeof dialogMessageSchema>;
