/** ResolveNames: mailboxes of this organization by address or by the beginning of a name. */
import { answerBatch } from '../batch.ts';
import { ServiceError } from '../errors.ts';
import type { Operation } from '../world.ts';
import { childText } from '../xml-tree.ts';
import { element, textElement } from '../xml-writer.ts';

const RESOLUTIONS_MAX = 100;

export const resolveNames: Operation = async (call) =>
  answerBatch(call, [call.request], () => {
    const entry = (childText(call.request, 'UnresolvedEntry') ?? '').toLowerCase().replace(/^smtp:/, '');
    const found = [...call.world.directory.mailboxes.values()].filter((mailbox) => {
      const names = [mailbox.address, mailbox.displayName, ...mailbox.aliases];
      return names.some((name) => name.toLowerCase().startsWith(entry));
    });
    if (found.length === 0) throw new ServiceError('ErrorNameResolutionNoResults');
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
      ),
    );
    const view = { TotalItemsInView: shown.length, IncludesLastItemInRange: true };
    return element('m:ResolutionSet', view, ...resolutions);
  });
