/**
 * `lockstep addin`: writes the Outlook manifests and the Gmail extension for one installation, from the templates in `addins/`. It asks nothing of the
 * installation; whoever runs it needs no configuration.
 */
import { createHash } from 'node:crypto';
import { copyFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { exitCodes } from './exit-codes.ts';
import { print } from './opening.ts';

const root = join(import.meta.dirname, '..', '..', '..');
const icons = join(root, 'src', 'web', 'public', 'icons');

export interface AddinWish {
  /** Where people reach the installation. */
  readonly url: string;
  /** The folder to write; made where it is missing, files in it are replaced. */
  readonly out: string;
}

/** The manifests of Outlook: `manifest.xml`, and `unified/` for Microsoft 365 alone. */
export async function writeOutlookAddin(wish: AddinWish): Promise<number> {
  const installation = await readInstallation(wish.url);
  if (installation === null) return refuse();
  const unified = join(wish.out, 'unified');
  await mkdir(unified, { recursive: true });
  const fill = async (name: string) =>
    fillIn(await readFile(join(root, 'addins', 'outlook', name), 'utf8'), installation);
  await writeFile(join(wish.out, 'manifest.xml'), await fill('manifest.xml'));
  await writeFile(join(unified, 'manifest.json'), await fill('manifest.json'));
  await copyFile(join(icons, 'icon-192.png'), join(unified, 'color.png'));
  await copyFile(join(icons, 'outline-32.png'), join(unified, 'outline.png'));
  print(
    `Written to ${wish.out}: manifest.xml, and unified/ to be zipped for Microsoft 365 (docs/addins.md).`,
  );
  return exitCodes.ok;
}

const EXTENSION_FILES = [
  'manifest.json',
  'server-address.js',
  'read-gmail.js',
  'dock.js',
  'dock.css',
  'content.js',
  'options.html',
  'options.css',
  'options.js',
];
const EXTENSION_ICONS = ['icon-16.png', 'icon-32.png', 'icon-128.png'];

/** The extension, ready to be loaded, with the installation's address in it. */
export async function writeGmailAddin(wish: AddinWish): Promise<number> {
  const installation = await readInstallation(wish.url);
  if (installation === null) return refuse();
  const templates = join(root, 'addins', 'gmail');
  await mkdir(join(wish.out, 'icons'), { recursive: true });
  for (const name of EXTENSION_FILES) await copyFile(join(templates, name), join(wish.out, name));
  for (const name of EXTENSION_ICONS) await copyFile(join(icons, name), join(wish.out, 'icons', name));
  const address = await readFile(join(templates, 'installation.js'), 'utf8');
  await writeFile(
    join(wish.out, 'installation.js'),
    address.replace("LOCKSTEP_URL = ''", `LOCKSTEP_URL = '${installation.url}'`),
  );
  print(`Written to ${wish.out}: a Chrome extension to be loaded unpacked or packed (docs/addins.md).`);
  return exitCodes.ok;
}

interface Installation {
  /** An origin: it holds nothing that would have to be escaped in XML, JSON or a script. */
  readonly url: string;
  readonly host: string;
  readonly id: string;
  readonly version: string;
}

const LOOPBACK: ReadonlySet<string> = new Set(['localhost', '127.0.0.1', '[::1]']);

/** Null where the address is none that a mail client could open. */
async function readInstallation(address: string): Promise<Installation | null> {
  const text = address.replace(/\/+$/, '');
  if (!URL.canParse(text) || new URL(text).origin !== text) return null;
  const { protocol, hostname, host } = new URL(text);
  if (protocol !== 'https:' && !(protocol === 'http:' && LOOPBACK.has(hostname))) return null;
  const { version } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as { version: string };
  return { url: text, host, id: idOf(text), version };
}

/** A UUID of version 5 (RFC 9562, 5.5) in the namespace of addresses: the same installation has the same id for ever. */
function idOf(url: string): string {
  const namespace = Buffer.from('6ba7b8119dad11d180b400c04fd430c8', 'hex');
  const bytes = createHash('sha1').update(namespace).update(url).digest().subarray(0, 16);
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x50, 6);
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

function fillIn(template: string, { url, host, id, version }: Installation): string {
  return template
    .replaceAll('{{url}}', url)
    .replaceAll('{{host}}', host)
    .replaceAll('{{id}}', id)
    .replaceAll('{{version}}', version);
}

function refuse(): number {
  process.stderr.write('--url must be an origin such as https://lockstep.acme.com, without a path.\n');
  return exitCodes.usage;
}
