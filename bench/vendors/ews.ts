/**
 * Exchange through ews-javascript-api, the port of Microsoft's EWS Managed API: SyncFolderItems by ids, properties loaded in batches, items made and changed in batches, as
 * Microsoft's guides have it. Nothing that it writes sends invitations.
 */
import { XhrApi } from '@ewsjs/xhr';
import * as ews from 'ews-javascript-api';
import type { Colleague } from '../../sandbox/cast.ts';
import { type BenchCollection, type BenchItem, CONTACTS_FOLDER, dateOf, rowOf } from '../items.ts';
import { piecesOf, type Thing, type VendorSide } from './vendor-sync.ts';

const HOUR = 3_600_000;
const CHANGES_MAX = 512;
const BATCH_MAX = 100;

export async function openEws(
  origin: string,
  owner: Colleague,
  collection: BenchCollection,
): Promise<VendorSide> {
  ews.ConfigurationApi.ConfigureXHR(new XhrApi());
  const service = new ews.ExchangeService(ews.ExchangeVersion.Exchange2013_SP1);
  service.Credentials = new ews.WebCredentials(owner.address, owner.password);
  service.Url = new ews.Uri(`${origin}/EWS/Exchange.asmx`);
  const folder = await folderOf(service, collection);
  const shape = new ews.PropertySet(ews.BasePropertySet.FirstClassProperties, ews.ItemSchema.Body);
  shape.RequestedBodyType = ews.BodyType.Text;
  let state: string | null = null;
  return {
    async changed() {
      const things: Thing[] = [];
      for (let more = true; more; ) {
        const page: ews.ChangeCollection<ews.ItemChange> = await service.SyncFolderItems(
          folder,
          ews.PropertySet.IdOnly,
          [],
          CHANGES_MAX,
          ews.SyncFolderItemsScope.NormalItems,
          state as string,
        );
        const items = page.GetEnumerator().flatMap((change) => change.Item ?? []);
        for (const piece of piecesOf(items, BATCH_MAX)) await service.LoadPropertiesForItems(piece, shape);
        things.push(...items.map((item) => ({ id: item.Id.UniqueId, item: itemOf(item) })));
        state = page.SyncState;
        more = page.MoreChangesAvailable;
      }
      return things;
    },
    async make(items) {
      const ids: string[] = [];
      for (const piece of piecesOf(items, BATCH_MAX)) {
        const made = piece.map((item) => newItem(service, collection, item));
        await service.CreateItems(
          made,
          folder,
          ews.MessageDisposition.SaveOnly,
          ews.SendInvitationsMode.SendToNone,
        );
        ids.push(...made.map(({ Id }) => Id.UniqueId));
      }
      return ids;
    },
    async change(things) {
      for (const piece of piecesOf(things, BATCH_MAX)) {
        const ids = piece.map(({ id }) => new ews.ItemId(id));
        const bound = await service.BindToItems(
          ids,
          new ews.PropertySet(ews.BasePropertySet.FirstClassProperties),
        );
        const items = bound.Responses.map(({ Item }) => Item);
        for (const [at, item] of items.entries()) writeLine(item, piece[at]?.item.line ?? '');
        await service.UpdateItems(
          items,
          folder,
          ews.ConflictResolutionMode.AutoResolve,
          ews.MessageDisposition.SaveOnly,
          ews.SendInvitationsOrCancellationsMode.SendToNone,
        );
      }
    },
  };
}

async function folderOf(service: ews.ExchangeService, collection: BenchCollection): Promise<ews.FolderId> {
  const { Calendar, Tasks, Contacts } = ews.WellKnownFolderName;
  if (collection !== 'contacts') return new ews.FolderId(collection === 'events' ? Calendar : Tasks);
  const { Folders } = await service.FindFolders(Contacts, new ews.FolderView(100));
  const found = Folders.find(({ DisplayName }) => DisplayName === CONTACTS_FOLDER);
  if (found === undefined) throw new Error('there is no folder of contacts');
  return found.Id;
}

function newItem(service: ews.ExchangeService, collection: BenchCollection, item: BenchItem): ews.Item {
  const { title, text, startAt, line } = item;
  if (collection === 'contacts') {
    const { FirstName, LastName, Email } = rowOf('contacts', item);
    const contact = new ews.Contact(service);
    contact.GivenName = String(FirstName);
    contact.Surname = String(LastName);
    contact.EmailAddresses._setItem(ews.EmailAddressKey.EmailAddress1, new ews.EmailAddress(String(Email)));
    writeLine(contact, line);
    return contact;
  }
  const made = collection === 'events' ? new ews.Appointment(service) : new ews.Task(service);
  made.Subject = title;
  made.Body = new ews.MessageBody(ews.BodyType.Text, text);
  if (made instanceof ews.Appointment) {
    made.Start = new ews.DateTime(new Date(startAt).toISOString());
    made.End = new ews.DateTime(new Date(startAt + HOUR).toISOString());
  }
  writeLine(made, line);
  return made;
}

function writeLine(item: ews.Item, line: string): void {
  if (item instanceof ews.Appointment) item.Location = line;
  else if (item instanceof ews.Task) item.DueDate = new ews.DateTime(`${line}T00:00:00Z`);
  else if (item instanceof ews.Contact && line !== '')
    item.PhoneNumbers._setItem(ews.PhoneNumberKey.MobilePhone, line);
}

function itemOf(item: ews.Item): BenchItem {
  const text = item.Body?.Text?.trim() ?? '';
  if (item instanceof ews.Appointment)
    return { title: item.Subject, text, line: item.Location, startAt: item.Start.TotalMilliSeconds };
  if (item instanceof ews.Task)
    return { title: item.Subject, text, line: dateOf(item.DueDate.TotalMilliSeconds), startAt: 0 };
  const contact = item as ews.Contact;
  const key = ews.PhoneNumberKey.MobilePhone;
  const line = contact.PhoneNumbers.Contains(key) ? contact.PhoneNumbers._getItem(key) : '';
  return { title: contact.Surname, text: '', line, startAt: 0 };
}
