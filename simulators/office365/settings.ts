/**
 * A user's mailbox settings, as far as mail programs read and change them: time zone, language, formats, automatic
 * replies, working hours. They change nothing else in the simulated mailbox; the values at the start are made up.
 * https://learn.microsoft.com/graph/api/resources/mailboxsettings
 */
import { GraphError } from './errors.ts';
import { answer, type GraphAnswer, type MailboxCall, readJson } from './graph-call.ts';
import { findByPath, type Mailbox } from './mailbox.ts';
import { readSelect } from './odata.ts';

type Json = Record<string, unknown>;

const CHANGED = new WeakMap<Mailbox, Json>();

/** GET on mailboxSettings, or on one of them (`mailboxSettings/timeZone`). */
export function getSettings(call: MailboxCall): GraphAnswer {
  const all = settingsOf(call.mailbox);
  const { setting } = call.parts;
  const context = `users('${call.user.id}')/mailboxSettings`;
  if (setting !== undefined) {
    const value = all[setting];
    if (value === undefined)
      throw new GraphError('BadRequest', `Resource not found for the segment '${setting}'.`);
    return answer(call, `${context}/${setting}`, typeof value === 'object' ? (value as Json) : { value });
  }
  const select = readSelect(call.query);
  const shown = Object.entries(all).filter(([name]) => select === undefined || select.has(name));
  return answer(call, context, Object.fromEntries(shown));
}

/** PATCH on mailboxSettings. */
export function updateSettings(call: MailboxCall): GraphAnswer {
  const body = readJson(call);
  const known = settingsOf(call.mailbox);
  const unknown = Object.keys(body).find((name) => !name.startsWith('@') && !Object.hasOwn(known, name));
  if (unknown !== undefined) {
    const text = `The property '${unknown}' does not exist on type 'microsoft.graph.mailboxSettings'. Make sure to only use property names that are defined by the type.`;
    throw new GraphError('RequestBodyRead', text, 400);
  }
  CHANGED.set(call.mailbox, { ...CHANGED.get(call.mailbox), ...body });
  return answer(call, `users('${call.user.id}')/mailboxSettings`, settingsOf(call.mailbox));
}

function settingsOf(mailbox: Mailbox): Json {
  const noDate = { dateTime: '2026-01-01T00:00:00.0000000', timeZone: 'UTC' };
  return {
    archiveFolder: findByPath(mailbox, 'archive')?.id ?? null,
    timeZone: 'UTC',
    delegateMeetingMessageDeliveryOptions: 'sendToDelegateOnly',
    dateFormat: 'yyyy-MM-dd',
    timeFormat: 'HH:mm',
    userPurpose: 'user',
    automaticRepliesSetting: {
      status: 'disabled',
      externalAudience: 'all',
      internalReplyMessage: '',
      externalReplyMessage: '',
      scheduledStartDateTime: noDate,
      scheduledEndDateTime: noDate,
    },
    language: { locale: 'en-US', displayName: 'English (United States)' },
    workingHours: {
      daysOfWeek: ['monday', 'tuesday', 'wednesday', 'thursday', 'friday'],
      startTime: '08:00:00.0000000',
      endTime: '17:00:00.0000000',
      timeZone: { name: 'UTC' },
    },
    ...CHANGED.get(mailbox),
  };
}
