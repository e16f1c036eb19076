/** Who is signed in, and where one signs in. */
import { z } from 'zod';
import { mailboxViewSchema, mailServiceViewSchema } from './mailbox.ts';

export const loginHostSchema = z.object({
  id: z.string().describe('`production`, `sandbox`, or a host name'),
  label: z.string(),
});

export const sessionViewSchema = z.discriminatedUnion('signedIn', [
  z.object({
    signedIn: z.literal(false),
    loginHosts: z.array(loginHostSchema),
    myDomainAllowed: z.boolean().describe('Whether a My Domain host may be typed in'),
  }),
  z.object({
    signedIn: z.literal(true),
    user: z.object({
      username: z.string(),
      email: z.string(),
      role: z.enum(['user', 'profile-admin', 'platform-admin']),
    }),
    access: z
      .enum(['full', 'reconnect'])
      .describe(
        '`reconnect`: came by the link of an e-mail, and may do nothing but connect this one mailbox again',
      ),
    csrfToken: z.string().describe('To be sent back as `x-csrf-token` with every change'),
    mailbox: mailboxViewSchema.nullable(),
    services: z.array(mailServiceViewSchema).describe('What can be activated here'),
  }),
]);

export type SessionView = z.infer<typeof sessionViewSchema>;
