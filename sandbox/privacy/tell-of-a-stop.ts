/**
 * The part of the privacy check's world in which people are told by e-mail: one mailbox is refused for good, its owner and the administrators are told, he comes
 * back by the link, and is told that sync goes on. What was sent is the check's to search.
 */
import type { Colleague } from '../cast.ts';
import type { Outbox } from '../outbox.ts';
import type { Services } from '../simulated-services.ts';
import { Visitor } from '../visitor.ts';
import type { ProductUnderTest } from './product-under-test.ts';
import type { Secrets } from './secrets.ts';

export interface Scene {
  readonly url: string;
  readonly ewsUrl: string;
  readonly services: Services;
  readonly product: ProductUnderTest;
  readonly people: readonly Colleague[];
  /** Logged in, in the order of `people`; the first is the organization's admin. */
  readonly visitors: readonly Visitor[];
  readonly outbox: Outbox;
  readonly secrets: Secrets;
}

const PATIENCE_MS = 60_000;

/** Plays it; rejects when an e-mail that must come does not. */
export async function tellOfAStop(scene: Scene): Promise<void> {
  const { services, product, people, visitors, outbox, secrets } = scene;
  const at = people.findIndex((one) => one.service === 'google');
  const [owner, visitor, admin] = [people[at], visitors[at], visitors[0]];
  if (owner === undefined || visitor === undefined || admin === undefined) throw new Error('Nobody to tell.');
  const settings = { notifyAddresses: ['it@contoso.test'] };
  await admin.call('PUT', '/api/settings', { layer: 'organization', settings });
  services.google.revokeTokens(owner.address);
  services.google.expireAccessTokens(owner.address);
  const since = Date.now();
  await product.makeDue();
  await visitor.waitForRun(since, PATIENCE_MS);
  await product.tell();
  const told = outbox.mails().find(({ to }) => to.includes(owner.address));
  const token = /#\/reconnect\/([\w-]+)/.exec(told?.text ?? '')?.[1];
  if (token === undefined) throw new Error('No e-mail with a link came.');
  secrets.add({ name: RECONNECT_LINK, text: token });
  const back = new Visitor(scene.url);
  await back.openLink(token);
  await back.connect(owner, scene.ewsUrl);
  for (const text of back.codes) secrets.add({ name: 'authorization-code', text });
  for (const text of [...visitors, back].flatMap((one) => one.sessionTokens))
    secrets.add({ name: 'session', text });
  await back.waitForRun(Date.now() - PATIENCE_MS, PATIENCE_MS);
  await product.tell();
}

/** The one secret that an e-mail may hold: it is what the e-mail is for. */
export const RECONNECT_LINK = 'reconnect-link';
