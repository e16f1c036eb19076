/** An independent EWS client (npm `ews-javascript-api`) at work on the simulated Exchange, over real sockets. */
import { XhrApi } from '@ewsjs/xhr';
import * as ews from 'ews-javascript-api';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ANN, createTestWorld, sampleMail } from '../../simulators/exchange/test-support.ts';
import type { Served } from '../../simulators/shared/serve.ts';

let world: ReturnType<typeof createTestWorld>;
let served: Served;

beforeEach(async () => {
  world = createTestWorld();
  served = await world.simulator.serve();
});
afterEach(() => served.close());

function connect(password = 'password'): ews.ExchangeService {
  ews.ConfigurationApi.ConfigureXHR(new XhrApi());
  const service = new ews.ExchangeService(ews.ExchangeVersion.Exchange2013_SP1);
  service.Credentials = new ews.WebCredentials(ANN, password);
  service.Url = new ews.Uri(`${served.origin}/EWS/Exchange.asmx`);
  return service;
}

test('it binds a folder, finds items and loads them with MIME', async () => {
  const { simulator, clock } = world;
  for (let index = 0; index < 5; index += 1) {
    simulator.deliver(ANN, 'inbox', sampleMail(index), { receivedAt: clock.at + index * 60_000 });
  }
  const service = connect();
  const inbox = await ews.Folder.Bind(service, ews.WellKnownFolderName.Inbox);
  expect([inbox.DisplayName, inbox.TotalCount, inbox.UnreadCount]).toEqual(['Inbox', 5, 5]);
  const found = await service.FindItems(ews.WellKnownFolderName.Inbox, new ews.ItemView(3));
  expect(found.TotalCount).toBe(5);
  expect(found.MoreAvailable).toBe(true);
  expect(found.Items.map((item) => item.Subject)).toEqual(['Sample 4', 'Sample 3', 'Sample 2']);
  const shape = new ews.PropertySet(ews.BasePropertySet.FirstClassProperties, ews.ItemSchema.MimeContent);
  await service.LoadPropertiesForItems(found.Items, shape);
  const [newest] = found.Items;
  expect(Buffer.from(newest?.MimeContent.Content ?? '', 'base64')).toEqual(sampleMail(4));
  expect((newest as ews.EmailMessage).From.Address).toBe('carla@fabrikam.test');
  expect((newest as ews.EmailMessage).ToRecipients.GetEnumerator().map((one) => one.Address)).toEqual([ANN]);
  expect((newest as ews.EmailMessage).InternetMessageId).toBe('<sample-4@fabrikam.test>');
});

test('it syncs a folder in pages, then only what changed', async () => {
  const { simulator } = world;
  const ids = Array.from({ length: 5 }, (_, index) => simulator.deliver(ANN, 'inbox', sampleMail(index)));
  const service = connect();
  const inbox = new ews.FolderId(ews.WellKnownFolderName.Inbox);
  const sync = (state: string | null) =>
    service.SyncFolderItems(
      inbox,
      ews.PropertySet.IdOnly,
      [],
      3,
      ews.SyncFolderItemsScope.NormalItems,
      state as string,
    );
  const first = await sync(null);
  expect([first.Count, first.MoreChangesAvailable]).toEqual([3, true]);
  const second = await sync(first.SyncState);
  expect([second.Count, second.MoreChangesAvailable]).toEqual([2, false]);
  simulator.setCategories(ANN, ids[0] ?? '', ['Red']);
  simulator.edit(ANN, ids[1] ?? '', { isRead: true });
  simulator.remove(ANN, ids[2] ?? '');
  const third = await sync(second.SyncState);
  const changes = third.GetEnumerator();
  expect(changes.map((change) => [ews.ChangeType[change.ChangeType], change.ItemId.UniqueId])).toEqual([
    ['Update', ids[0]],
    ['ReadFlagChange', ids[1]],
    ['Delete', ids[2]],
  ]);
});

test('it writes categories and moves items', async () => {
  const { simulator } = world;
  simulator.deliver(ANN, 'inbox', sampleMail(1));
  simulator.createFolder(ANN, 'Customers');
  const service = connect();
  const found = await service.FindItems(ews.WellKnownFolderName.Inbox, new ews.ItemView(10));
  const [item] = found.Items;
  if (item === undefined) throw new Error('nothing found');
  item.Categories.Add('Salesforce');
  await item.Update(ews.ConflictResolutionMode.NeverOverwrite);
  const folders = await service.FindFolders(ews.WellKnownFolderName.MsgFolderRoot, new ews.FolderView(100));
  const customers = folders.Folders.find((folder) => folder.DisplayName === 'Customers');
  if (customers === undefined) throw new Error('no folder found');
  await item.Move(customers.Id);
  const snapshot = simulator.snapshot(ANN).folders.find((folder) => folder.path === 'Customers');
  expect(snapshot?.items.map(({ categories }) => categories)).toEqual([['Salesforce']]);
  expect(simulator.notificationsSent()).toEqual([]);
});

test('it reads the hierarchy, the time zones and names', async () => {
  const service = connect();
  const hierarchy = await service.SyncFolderHierarchy(
    new ews.FolderId(ews.WellKnownFolderName.MsgFolderRoot),
    ews.PropertySet.FirstClassProperties,
    null as unknown as string,
  );
  expect(hierarchy.Count).toBe(11);
  const names = await service.ResolveName('ann');
  expect(names._getItem(0).Mailbox.Address).toBe(ANN);
  const subscription = await service.SubscribeToPullNotifications(
    [new ews.FolderId(ews.WellKnownFolderName.Inbox)],
    30,
    null as unknown as string,
    ews.EventType.NewMail,
    ews.EventType.Created,
  );
  world.simulator.deliver(ANN, 'inbox', sampleMail(9));
  const events = await subscription.GetEvents();
  // Arriving in the Inbox is both created and new mail.
  expect(events.AllEvents).toHaveLength(2);
});

test('a wrong password is an authentication failure', async () => {
  const service = connect('wrong');
  await expect(ews.Folder.Bind(service, ews.WellKnownFolderName.Inbox)).rejects.toThrow(/401|Unauthorized/);
});

test('it logs in by NTLM over one connection, and a wrong password is refused', async () => {
  world.simulator.world.auth = ['ntlm'];
  const service = connect();
  const bind = (password: string) => {
    ews.ConfigurationApi.ConfigureXHR(new XhrApi().useNtlmAuthentication('CONTOSO\\ann', password));
    return ews.Folder.Bind(service, ews.WellKnownFolderName.Inbox);
  };
  expect((await bind('password')).DisplayName).toBe('Inbox');
  await expect(bind('wrong')).rejects.toThrow(/401|Unauthorized/);
});

test('it is told to back off', async () => {
  world.simulator.throttle(ANN, 60_000);
  const service = connect();
  await expect(ews.Folder.Bind(service, ews.WellKnownFolderName.Inbox)).rejects.toThrow(/cannot service/);
  expect(world.simulator.callsWhileThrottled(ANN)).toBe(1);
});

test('it asks Autodiscover over SOAP for the EWS link', async () => {
  ews.ConfigurationApi.ConfigureXHR(new XhrApi());
  const url = new ews.Uri(`${served.origin}/autodiscover/autodiscover.svc`);
  const service = new ews.AutodiscoverService(url, ews.ExchangeVersion.Exchange2013);
  service.Credentials = new ews.WebCredentials(ANN, 'password');
  const response = await service.GetUserSettings(ANN, [ews.UserSettingName.ExternalEwsUrl]);
  expect(response.Settings.get(ews.UserSettingName.ExternalEwsUrl)).toBe(
    `${served.origin}/EWS/Exchange.asmx`,
  );
});
