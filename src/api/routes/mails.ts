/** Single mails, for their owner alone: the latest ones, *Why?*, and saving by hand. Read live at every request; nothing of them is kept. */
import {
  explanationViewSchema,
  type MailName as MailNameForm,
  mailNameSchema,
  recentMailsSchema,
  savedMailViewSchema,
} from '../../api-schema/mails.ts';
import { explainMail, readRecentMails } from '../../commands/explain-mail.ts';
import { saveMail } from '../../commands/save-mail.ts';
import type { ApiApp, ApiOptions } from '../app.ts';
import { explanationView, mailView, savedMailView } from '../mail-views.ts';
import { apiProblem } from '../problems.ts';
import { requireSession } from '../session.ts';
import { whoIs } from './activation.ts';

export function addMailRoutes(app: ApiApp, { ports, secure, mailLimit, mailMs }: ApiOptions): void {
  app.get(
    '/api/mails/recent',
    { schema: { response: { 200: recentMailsSchema } }, config: mailLimit },
    async (request) => {
      const session = await requireSession(ports, request, secure);
      const mails = await readRecentMails(ports, whoIs(session), AbortSignal.timeout(mailMs));
      if (mails === null) throw apiProblem('api.not-found');
      return { items: mails.map(mailView) };
    },
  );

  app.post(
    '/api/mails/explain',
    { schema: { body: mailNameSchema, response: { 200: explanationViewSchema } }, config: mailLimit },
    async (request) => {
      const session = await requireSession(ports, request, secure);
      const name: MailNameForm = request.body;
      const found = await explainMail(ports, whoIs(session), name, AbortSignal.timeout(mailMs));
      if (found === null) throw notFound();
      return explanationView(found);
    },
  );

  app.post(
    '/api/mails/save',
    { schema: { body: mailNameSchema, response: { 200: savedMailViewSchema } }, config: mailLimit },
    async (request) => {
      const session = await requireSession(ports, request, secure);
      const saved = await saveMail(ports, whoIs(session), request.body, AbortSignal.timeout(mailMs));
      if (saved === null) throw notFound();
      return savedMailView(saved);
    },
  );
}

function notFound() {
  return apiProblem('api.not-found', {
    detail:
      'This mail is not in a folder that Lockstep looks into. It may be a draft, junk, deleted, or of another mailbox.',
  });
}
