/**
 * Searches the e-mails that the product has sent, as they came and decoded. They name the owner's own mailbox, for it is his e-mail about it; that address is
 * no marker. They hold the link that they are for, which is looked for everywhere else.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { OutboxMail } from '../outbox.ts';
import type { Form, Markers } from './markers.ts';
import { type Searched, searchFiles } from './search-files.ts';
import { RECONNECT_LINK } from './tell-of-a-stop.ts';

/** Writes the e-mails into `folder`, only now, so that no other search finds them there, and searches them. */
export async function searchMails(
  mails: readonly OutboxMail[],
  folder: string,
  forms: readonly Form[],
  markers: Markers,
): Promise<Searched> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const files = await Promise.all(
    mails.map(async ({ raw, subject, from, to, text, html }, at) => {
      const file = join(folder, `${at + 1}.txt`);
      await writeFile(file, [raw.toString('latin1'), subject, from, ...to, text, html].join('\n'), {
        mode: 0o600,
      });
      return file;
    }),
  );
  return await searchFiles(
    files,
    forms.filter(({ of }) => of !== RECONNECT_LINK),
    markers,
  );
}
