/** An independent EWS client (npm `ews-javascript-api`) with calendars, contacts and tasks of the simulated Exchange. */
import { XhrApi } from '@ewsjs/xhr';
import * as ews from 'ews-javascript-api';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ANN, createTestWorld } from '../../simulators/exchange/test-support.ts';
import type { Served } from '../../simulators/shared/serve.ts';

let world: ReturnType<typeof createTestWorld>;
let served: Served;

beforeEach(async () => {
  world = createTestWorld();
  served = await world.simulator.serve();
});
afterEach(() => served.close());

function connect(): ews.ExchangeService {
  ews.ConfigurationApi.ConfigureXHR(new XhrApi());
  const service = new ews.ExchangeService(ews.ExchangeVersion.Exchange2013_SP1);
  service.Credentials = new ews.WebCredentials(ANN, 'password');
  service.Url = new ews.Uri(`${served.origin}/EWS/Exchange.asmx`);
  return service;
}

const iso = (time: ews.DateTime) => new Date(time.TotalMilliSeconds).toISOString();

test('it makes a weekly series, sees its occurrences, changes one and deletes one', async () => {
  const service = connect();
  const appointment = new ews.Appointment(service);
  appointment.Subject = 'Weekly';
  appointment.Start = new ews.DateTime('2026-03-16T09:00:00Z');
  appointment.End = new ews.DateTime('2026-03-16T10:00:00Z');
  appointment.RequiredAttendees.Add('x@y.test');
  const weekly = new ews.Recurrence.WeeklyPattern();
  weekly.StartDate = appointment.Start;
  weekly.Interval = 1;
  weekly.DaysOfTheWeek.Add(ews.DayOfTheWeek.Monday);
  appointment.Recurrence = weekly;
  appointment.Recurrence.NumberOfOccurrences = 4;
  await appointment.Save(ews.SendInvitationsMode.SendToNone);
  const second = await ews.Appointment.BindToOccurrence(service, appointment.Id, 2);
  expect(second.AppointmentType).toBe(ews.AppointmentType.Occurrence);
  second.Subject = 'Moved';
  await second.Update(
    ews.ConflictResolutionMode.AlwaysOverwrite,
    ews.SendInvitationsOrCancellationsMode.SendToNone,
  );
  const third = await ews.Appointment.BindToOccurrence(service, appointment.Id, 3);
  await third.Delete(ews.DeleteMode.HardDelete, ews.SendCancellationsMode.SendToNone);
  const view = new ews.CalendarView(
    new ews.DateTime('2026-03-01T00:00:00Z'),
    new ews.DateTime('2026-05-01T00:00:00Z'),
  );
  const found = await service.FindAppointments(ews.WellKnownFolderName.Calendar, view);
  expect(found.Items.map((one) => [one.Subject, iso(one.Start)])).toEqual([
    ['Weekly', '2026-03-16T09:00:00.000Z'],
    ['Moved', '2026-03-23T09:00:00.000Z'],
    ['Weekly', '2026-04-06T09:00:00.000Z'],
  ]);
  const master = await ews.Appointment.Bind(service, appointment.Id);
  expect(master.AppointmentType).toBe(ews.AppointmentType.RecurringMaster);
  expect(master.ModifiedOccurrences.GetEnumerator().map((one) => iso(one.OriginalStart))).toEqual([
    '2026-03-23T09:00:00.000Z',
  ]);
  expect(master.DeletedOccurrences.GetEnumerator().map((one) => iso(one.OriginalStart))).toEqual([
    '2026-03-30T09:00:00.000Z',
  ]);
  expect(master.RequiredAttendees.GetEnumerator().map((one) => one.Address)).toEqual(['x@y.test']);
  const back = await ews.Appointment.BindToRecurringMaster(service, second.Id);
  expect(back.Id.UniqueId).toBe(appointment.Id.UniqueId);
  expect(world.simulator.notificationsSent()).toEqual([]);
});

test('it accepts a meeting, and what that mails is counted', async () => {
  const service = connect();
  const id = world.simulator.createEvent(ANN, {
    subject: 'Review',
    start: '2026-03-16T09:00:00Z',
    end: '2026-03-16T10:00:00Z',
    organizer: { name: 'Carla', address: 'carla@fabrikam.test' },
    required: [{ name: 'Ann', address: ANN }],
  });
  const meeting = await ews.Appointment.Bind(service, new ews.ItemId(id));
  expect([meeting.Organizer.Address, meeting.IsMeeting]).toEqual(['carla@fabrikam.test', true]);
  await meeting.Accept(true);
  const accepted = await ews.Appointment.Bind(service, new ews.ItemId(id));
  expect(accepted.MyResponseType).toBe(ews.MeetingResponseType.Accept);
  expect(world.simulator.notificationsSent()).toHaveLength(1);
});

// Its own extended properties need a function that Node no longer has.
test('it makes a contact, changes it and finds it by its name', async () => {
  const service = connect();
  const contact = new ews.Contact(service);
  contact.GivenName = 'Tanja';
  contact.Surname = 'Plate';
  contact.CompanyName = 'Blue Yonder';
  contact.EmailAddresses._setItem(
    ews.EmailAddressKey.EmailAddress1,
    new ews.EmailAddress('tanja@example.test'),
  );
  contact.PhoneNumbers._setItem(ews.PhoneNumberKey.MobilePhone, '+47 1');
  await contact.Save(ews.WellKnownFolderName.Contacts);
  const bound = await ews.Contact.Bind(service, contact.Id);
  expect([bound.DisplayName, bound.FileAs, bound.CompleteName.FullName]).toEqual([
    'Tanja Plate',
    'Plate, Tanja',
    'Tanja Plate',
  ]);
  bound.JobTitle = 'Manager';
  bound.EmailAddresses._setItem(ews.EmailAddressKey.EmailAddress1, new ews.EmailAddress('new@example.test'));
  await bound.Update(ews.ConflictResolutionMode.NeverOverwrite);
  const filter = new ews.SearchFilter.ContainsSubstring(
    ews.ContactSchema.Surname,
    'pla',
    ews.ContainmentMode.Prefixed,
    ews.ComparisonMode.IgnoreCase,
  );
  const found = await service.FindItems(ews.WellKnownFolderName.Contacts, filter, new ews.ItemView(10));
  expect(found.Items.map((item) => item.Id.UniqueId)).toEqual([contact.Id.UniqueId]);
  const again = await ews.Contact.Bind(service, contact.Id);
  expect([again.JobTitle, again.EmailAddresses._getItem(ews.EmailAddressKey.EmailAddress1).Address]).toEqual([
    'Manager',
    'new@example.test',
  ]);
});

test('it makes a task, completes it and deletes it', async () => {
  const service = connect();
  const task = new ews.Task(service);
  task.Subject = 'Call';
  task.DueDate = new ews.DateTime('2026-01-09T00:00:00Z');
  await task.Save(ews.WellKnownFolderName.Tasks);
  const bound = await ews.Task.Bind(service, task.Id);
  expect([bound.Status, iso(bound.DueDate)]).toEqual([ews.TaskStatus.NotStarted, '2026-01-09T00:00:00.000Z']);
  bound.Status = ews.TaskStatus.Completed;
  await bound.Update(ews.ConflictResolutionMode.AutoResolve);
  const done = await ews.Task.Bind(service, task.Id);
  expect([done.IsComplete, done.PercentComplete]).toEqual([true, 100]);
  await done.Delete(ews.DeleteMode.HardDelete);
  const rest = await service.FindItems(ews.WellKnownFolderName.Tasks, new ews.ItemView(10));
  expect(rest.Items).toEqual([]);
});

test('it refuses to save a meeting whose time runs backwards, by the server own words', async () => {
  const service = connect();
  const appointment = new ews.Appointment(service);
  appointment.Start = new ews.DateTime('2026-03-16T09:00:00Z');
  appointment.End = new ews.DateTime('2026-03-16T08:00:00Z');
  await expect(appointment.Save(ews.SendInvitationsMode.SendToNone)).rejects.toThrow(/EndDate is earlier/);
});
