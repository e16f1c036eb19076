/**
 * A mail service that one credential of an administrator opens for many, in memory: mailboxes, troubles of single ones, and the access itself taken away. It
 * is nobody's protocol; what is proven with it holds for every such service.
 */
import type { MailConnector, MailService } from '../../src/model/connector.ts';
import { type Failure, failure, RemoteFailure } from '../../src/model/failure.ts';
import { createMemoryMailbox, type MemoryMailbox, openMemoryMailbox } from './memory-mailbox.ts';

export interface MassService {
  readonly service: MailService;
  readonly mailboxes: Map<string, MemoryMailbox>;
  /** What single addresses answer instead. */
  readonly troubles: Map<string, Failure>;
  /** How often each mailbox was asked who it is. */
  readonly asked: Map<string, number>;
  /** Runs before any mailbox answers, for tests of what happens meanwhile. */
  onAsk: (address: string) => Promise<void>;
  addMailbox(address: string, ...aliases: readonly string[]): void;
}

export function createMassService(now: () => number): MassService {
  const mailboxes = new Map<string, MemoryMailbox>();
  const troubles = new Map<string, Failure>();
  const asked = new Map<string, number>();
  const mass: MassService = {
    mailboxes,
    troubles,
    asked,
    onAsk: async () => undefined,
    addMailbox(address, ...aliases) {
      mailboxes.set(address, { ...createMemoryMailbox(now), addresses: [address, ...aliases] });
    },
    service: {
      service: 'pigeon',
      displayName: 'Pigeon post',
      hints: { able: false, reason: 'Nobody tells anything here.' },
      consent: null,
      massAccess: {
        takesConsent: false,
        prepareAccess: async () => ({ account: 'service', credential: { key: 'mass-secret' }, settings: {} }),
        reach: ({ address }) => ({ account: address, settings: { mailbox: address } }),
        facts: () => [],
        approvalUrl: () => null,
      },
      prepare: async (form) => {
        const { address } = form as { address: string };
        return { account: address, credential: { key: 'own-secret' }, settings: { mailbox: address } };
      },
      open(connection) {
        const address = String(connection.settings.mailbox ?? '');
        return guarded(openMemoryMailbox(mailboxes.get(address) ?? createMemoryMailbox(now)), async () => {
          await mass.onAsk(address);
          asked.set(address, (asked.get(address) ?? 0) + 1);
          const trouble = troubles.get(address);
          if (trouble !== undefined) throw new RemoteFailure(trouble);
          if (!mailboxes.has(address)) throw new RemoteFailure(failure('mailbox.not-found'));
        });
      },
      webLink: () => null,
    },
  };
  return mass;
}

function guarded(connector: MailConnector, ask: () => Promise<void>): MailConnector {
  return { ...connector, identify: () => ask().then(() => connector.identify()) };
}
