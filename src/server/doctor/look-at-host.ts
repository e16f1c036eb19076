/** What is around the product on its machine: room on the disk, the built pages, and whether people and services reach it from outside. */
import { existsSync } from 'node:fs';
import { statfs } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Config } from '../config.ts';
import { type Finding, finding } from './finding.ts';
import { ask, type Surroundings, wordFor } from './look-at-providers.ts';

const ROOM_MIN_BYTES = 1024 ** 3;
const MIB = 1024 ** 2;
const ECHO = 'lockstep-doctor';

/** Room where the embedded database lies; a server of one's own is watched there. Never rejects. */
export async function lookAtDisk({ database }: Config): Promise<Finding> {
  if (database.kind === 'server')
    return { subject: 'disk', ok: true, text: 'the database lies elsewhere; watch its disk there' };
  let folder = database.folder;
  while (!existsSync(folder) && dirname(folder) !== folder) folder = dirname(folder);
  const { bavail, bsize } = await statfs(folder);
  return judgeRoom(bavail * bsize);
}

export function judgeRoom(freeBytes: number): Finding {
  const free = `${Math.floor(freeBytes / MIB)} MiB`;
  return finding(
    'disk',
    freeBytes >= ROOM_MIN_BYTES,
    `${free} free in DATA_DIR`,
    `only ${free} free in DATA_DIR: PostgreSQL stops when nothing is left. Make room for a gibibyte at least, or move DATA_DIR.`,
  );
}

export function lookAtPages(folder = join(import.meta.dirname, '..', '..', '..', 'dist', 'web')): Finding {
  return finding(
    'pages',
    existsSync(join(folder, 'index.html')),
    'built',
    'are not built. Run "npm run build".',
  );
}

/** Whether the address that people are told leads here. On this very machine nobody need serve while doctor looks. Never rejects. */
export async function lookAtPublicUrl(config: Config, around: Surroundings): Promise<readonly Finding[]> {
  const { publicUrl, hints } = config;
  const subject = 'public address';
  const { protocol, hostname } = new URL(publicUrl);
  const isHere = /^(localhost|127\.0\.0\.1|\[::1\])$/.test(hostname);
  if (protocol !== 'https:' && !isHere)
    return [
      {
        subject,
        ok: false,
        text: 'PUBLIC_URL is not https: logins would travel in the clear. Put a TLS proxy in front and name its address.',
      },
    ];
  const asked = await ask(publicUrl, '/health', around);
  const found: Finding[] = [];
  if (asked.kind === 'failed')
    found.push({
      subject,
      ok: isHere,
      text: isHere ? `${publicUrl}; nobody serves there now` : `${publicUrl} ${wordFor(asked)}`,
    });
  else
    found.push(
      finding(
        subject,
        asked.text.includes('"status"'),
        publicUrl,
        `${publicUrl} answers, but not as Lockstep (status ${asked.status}). See whether the proxy leads to HOST and PORT, and whether "lockstep serve" runs.`,
      ),
    );
  return hints.origin === null || config.office365 === null
    ? found
    : [...found, await lookAtHints(hints.origin, around)];
}

/** Microsoft Graph proves an address by an echo before it posts there; so does this. https://learn.microsoft.com/graph/change-notifications-delivery-webhooks */
async function lookAtHints(origin: string, around: Surroundings): Promise<Finding> {
  const subject = 'hints';
  const asked = await ask(origin, `/hints/office365?validationToken=${ECHO}`, around, 'POST');
  if (asked.kind === 'failed') return { subject, ok: false, text: `${origin} ${wordFor(asked)}` };
  return finding(
    subject,
    asked.status === 200 && asked.text === ECHO,
    `${origin} takes them`,
    `${origin} does not let POST /hints/ through (status ${asked.status}). Let the proxy do so, or set HINTS=off: mail is then found every 30 minutes alone.`,
  );
}
