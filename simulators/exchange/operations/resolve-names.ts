/** ResolveNames: mailboxes of this organization by address or by the beginning of a name. */
import { answerBatch } from '../batch.ts';
import { ServiceError } from '../errors.ts';
import type { Operation } from '../world.ts';
import { childText } from '../xml-tree.ts';
import { element, escapeXml, textElement } from '../xml-writer.ts';

const RESOLUTIONS_MAX = 100;

export const resolveNames: Operation = async (call) =>
  answerBatch(call, [call.request], () => {
    const entry = (childText(call.request, 'UnresolvedEntry') ?? '').toLowerCase().replace(/^smtp:/, '');
    const found = [...call.world.directory.mailboxes.values()].filter((mailbox) => {
      const names = [mailbox.address, mailbox.displayName, ...mailbox.aliases];
      return names.some((name) => name.toLowerCase().startsWith(entry));
    });
    if (found.length === 0) throw new ServiceError('ErrorNameResolutionNoResults');
    // https://learn.microsoft.com/exchange/client-developer/web-service-reference/resolvenames
    const isFull = call.request.attributes.ReturnFullContactData === 'true';
    const shown = found.slice(0, RESOLUTIONS_MAX);
    const resolutions = shown.map((mailbox) =>
      element(
        't:Resolution',
        {},
        element(
          't:Mailbox',
          {},
          textElement('t:Name', mailbox.displayName),
          textElement('t:EmailAddress', mailbox.address),
          textElement('t:RoutingType', 'SMTP'),
          textElement('t:MailboxType', 'Mailbox'),
        ),
        isFull ? fullContact(mailbox) : '',
      ),
    );
    const view = { TotalItemsInView: shown.length, IncludesLastItemInRange: true };
    return element('m:ResolutionSet', view, ...resolutions);
  });

/** The directory's contact of a mailbox: `SMTP:` is the primary address, `smtp:` the proxy addresses; there are three at most. */
function fullContact(mailbox: { address: string; displayName: string; aliases: Iterable<string> }): string {
  const addresses = [`SMTP:${mailbox.address}`, ...[...mailbox.aliases].map((alias) => `smtp:${alias}`)];
  const entries = addresses
    .slice(0, 3)
    .map((address, at) => element('t:Entry', { Key: `EmailAddress${at + 1}` }, escapeXml(address)));
  return element(
    't:Contact',
    {},
    textElement('t:DisplayName', mailbox.displayName),
    element('t:EmailAddresses', {}, ...entries),
    textElement('t:ContactSource', 'ActiveDirectory'),
  );
}
