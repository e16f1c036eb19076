/**
 * What a contact holds: texts by their EWS element, the dictionaries of addresses and numbers, and lists. Names that
 * Exchange composes (DisplayName, FileAs, CompleteName) are composed here.
 */

/** One entry of a dictionary: a text, or the parts of a postal address. */
export interface ContactEntry {
  text: string;
  parts: Record<string, string>;
}

export type DictionaryName = 'EmailAddresses' | 'PhysicalAddresses' | 'PhoneNumbers' | 'ImAddresses';

export interface ContactContent {
  /** By element, e.g. `GivenName`. Dates as they came. */
  texts: Readonly<Record<string, string>>;
  lists: Readonly<Record<string, readonly string[]>>;
  entries: Readonly<Partial<Record<DictionaryName, ReadonlyMap<string, ContactEntry>>>>;
}

/** A contact that nothing is known of. */
export function createContact(): ContactContent {
  return { texts: {}, lists: {}, entries: {} };
}

/** The name people see: as given, else first and last name, else the company, else the first e-mail address. */
export function displayNameOf(contact: ContactContent): string {
  const { texts } = contact;
  const joined = fullNameOf(contact);
  return texts.DisplayName ?? (joined === '' ? fallbackOf(contact) : joined);
}

/** First, middle and last name and suffix. */
export function fullNameOf({ texts }: ContactContent): string {
  return [texts.GivenName, texts.MiddleName, texts.Surname, texts.Generation]
    .filter((part) => part !== undefined && part !== '')
    .join(' ');
}

/** The name a contact is filed under: as given, or as FileAsMapping says. */
export function fileAsOf(contact: ContactContent): string {
  const { texts } = contact;
  if (texts.FileAs !== undefined) return texts.FileAs;
  const [first, last, company] = [
    [texts.GivenName, texts.MiddleName].filter((part) => part !== undefined && part !== '').join(' '),
    texts.Surname ?? '',
    texts.CompanyName ?? '',
  ];
  const join = (separator: string, ...parts: string[]) => parts.filter((part) => part !== '').join(separator);
  switch (texts.FileAsMapping) {
    case undefined:
    case 'None':
    case 'LastCommaFirst':
      return join(', ', last, first) || fallbackOf(contact);
    case 'FirstSpaceLast':
      return join(' ', first, last);
    case 'Company':
      return company;
    case 'LastCommaFirstCompany':
      return join('\r\n', join(', ', last, first), company);
    case 'CompanyLastCommaFirst':
      return join('\r\n', company, join(', ', last, first));
    case 'LastSpaceFirst':
      return join(' ', last, first);
    case 'DisplayName':
      return displayNameOf(contact);
    case 'FirstName':
      return texts.GivenName ?? '';
    case 'LastName':
      return last;
    case 'Empty':
      return '';
    default:
      return join(' ', last, first);
  }
}

function fallbackOf({ texts, entries }: ContactContent): string {
  const [first] = entries.EmailAddresses?.values() ?? [];
  return texts.CompanyName ?? first?.text ?? '';
}
