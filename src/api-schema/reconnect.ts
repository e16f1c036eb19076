/** The link of an e-mail that says that sync has stopped: pinned to one mailbox, used once, ending by itself (A14). */
import { z } from 'zod';

export const openLinkFormSchema = z.object({ token: z.string().min(20).max(128) });
