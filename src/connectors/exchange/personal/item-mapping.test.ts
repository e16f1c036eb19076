/** Items as servers write them in ways that the simulated one does not. */
import { describe, expect, it } from 'vitest';
import { readXmlText, type XmlNode } from '../soap.ts';
import { bodyText, stampOf } from './common-mapping.ts';
import { readContact } from './contact-mapping.ts';
import { readEvent } from './event-mapping.ts';
import { STAMP_SET } from './item-requests.ts';
import { readTask } from './task-mapping.ts';

const element = (name: string, inner: string): Promise<XmlNode> =>
  readXmlText(`<${name}><ItemId Id="i" ChangeKey="c"/>${inner}</${name}>`);
const named = (attributes: string, value: string) =>
  `<ExtendedProperty><ExtendedFieldURI ${attributes}/><Value>${value}</Value></ExtendedProperty>`;
const TIMES = '<Start>2026-02-02T10:00:00Z</Start><End>2026-02-02T11:00:00Z</End>';

async function event(inner: string) {
  const read = readEvent(await element('CalendarItem', TIMES + inner));
  if (read === null) throw new Error('no event');
  return read.event;
}

describe('an event', () => {
  it('without a UID has that of its global object id, dateless', async () => {
    const id = `040000008200E00074C5B7101A82E00807EA0202${'00'.repeat(16)}10000000${'AB'.repeat(16)}`;
    const value = Buffer.from(id, 'hex').toString('base64');
    const set = 'PropertySetId="6ED8DA90-450B-101B-98DA-00AA003F1305" PropertyId="35" PropertyType="Binary"';
    expect((await event(named(set, value))).uid).toBe(id.replace('07EA0202', '00000000'));
    expect((await event('')).uid).toBe('');
  });

  it('that is one occurrence of somebody else’s series tells where it stood', async () => {
    const inner =
      '<UID>u</UID><RecurrenceId>2026-02-01T10:00:00Z</RecurrenceId><CalendarItemType>Single</CalendarItemType>';
    expect(await event(inner)).toMatchObject({ originalStart: '2026-02-01T10:00:00Z', seriesId: null });
  });

  it.each([
    [
      '<IsMeeting>true</IsMeeting><AppointmentState>3</AppointmentState><MyResponseType>Tentative</MyResponseType>',
      false,
      'tentative',
    ],
    [
      '<IsMeeting>true</IsMeeting><AppointmentState>1</AppointmentState><MyResponseType>Unknown</MyResponseType>',
      true,
      'accepted',
    ],
    ['<IsMeeting>true</IsMeeting><MyResponseType>Accept</MyResponseType>', false, 'accepted'],
    ['<IsMeeting>true</IsMeeting><MyResponseType>NoResponseReceived</MyResponseType>', false, 'none'],
    ['<IsMeeting>true</IsMeeting><MyResponseType>Organizer</MyResponseType>', true, 'accepted'],
    ['', true, 'accepted'],
  ])('with %s', async (inner, isOrganizer, answer) => {
    expect(await event(inner)).toMatchObject({ isOrganizer, answer });
  });

  it('is cancelled by its state alone', async () => {
    expect((await event('<AppointmentState>7</AppointmentState>')).isCancelled).toBe(true);
  });

  it('has an organizer whose mailbox tells a directory path, and no attendees of that kind', async () => {
    const mailbox =
      '<Mailbox><Name>Bo</Name><EmailAddress>/o=X/cn=bo</EmailAddress><RoutingType>EX</RoutingType></Mailbox>';
    const inner =
      `<ExtendedProperty><ExtendedFieldURI PropertyTag="0x5d02" PropertyType="String"/><Value>Bo@X.test</Value></ExtendedProperty>` +
      `<Organizer>${mailbox}</Organizer><RequiredAttendees><Attendee>${mailbox}</Attendee></RequiredAttendees>`;
    expect(await event(inner)).toMatchObject({
      organizer: { address: 'bo@x.test', name: 'Bo' },
      attendees: [],
    });
  });

  it('that ends before it starts takes no time', async () => {
    const read = readEvent(
      await element('CalendarItem', '<Start>2026-02-02T10:00:00Z</Start><End>2026-02-02T09:00:00Z</End>'),
    );
    expect(read?.event.fields.time).toBe('2026-02-02T10:00:00Z/2026-02-02T10:00:00Z');
  });
});

describe('a contact', () => {
  it('chosen from the directory has the SMTP address that stands beside its path', async () => {
    const inner =
      `${named('DistinguishedPropertySetId="Address" PropertyId="32900" PropertyType="String"', 'Bo@X.test')}` +
      '<EmailAddresses><Entry Key="EmailAddress1" RoutingType="EX">/o=X/cn=bo</Entry></EmailAddresses>';
    expect(readContact(await element('Contact', inner), false)).toMatchObject({
      fields: { email: 'bo@x.test' },
      addresses: ['bo@x.test'],
    });
  });

  it.each([
    ['1980-05-03T12:00:00Z', '1980-05-04T00:00:00Z', '1980-05-04'],
    ['1980-05-03T11:00:00Z', '1980-05-04T00:00:00Z', '1980-05-04'],
    ['1990-06-01T00:00:00Z', '1980-05-04T00:00:00Z', '1990-06-01'],
    ['1980-05-04T00:00:00Z', 'nonsense', '1980-05-04'],
  ])('born at %s, locally %s', async (moment, local, birthday) => {
    const set =
      'PropertySetId="00062004-0000-0000-C000-000000000046" PropertyId="32990" PropertyType="SystemTime"';
    const inner = `${named(set, local)}<Birthday>${moment}</Birthday>`;
    expect(readContact(await element('Contact', inner), false)?.fields.birthday).toBe(birthday);
  });
});

it('a task is due on the day that its maker meant, whichever zone he was in', async () => {
  for (const at of ['2026-03-28T23:00:00Z', '2026-03-29T00:00:00Z', '2026-03-29T08:00:00Z'])
    expect(readTask(await element('Task', `<DueDate>${at}</DueDate>`))?.fields.due).toBe('2026-03-29');
});

it('a body that came as HTML all the same becomes text', async () => {
  const item = await element(
    'Task',
    '<Body BodyType="HTML">&lt;p&gt;a &amp;amp; b&lt;/p&gt;&lt;p&gt;c&lt;/p&gt;</Body>',
  );
  expect(bodyText(item)).toBe('a & b\n\nc');
});

it('a stamp is ours by set and name alone', async () => {
  const path = (set: string, name: string) =>
    `PropertySetId="${set}" PropertyName="${name}" PropertyType="String"`;
  const ours = await element('Task', named(path(STAMP_SET.toUpperCase(), 'LockstepRecord'), '00T1'));
  const others = await element(
    'Task',
    named(path('6ed8da90-450b-101b-98da-00aa003f1305', 'LockstepRecord'), '00T1'),
  );
  expect([stampOf(ours), stampOf(others)]).toEqual(['00T1', null]);
});
