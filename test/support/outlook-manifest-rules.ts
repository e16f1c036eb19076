/**
 * The form of a mail add-in's XML manifest, written from the vendor's reference (learn.microsoft.com/javascript/api/manifest and [MS-OWEMXML]): which
 * elements, in which order, how often, with which attributes and texts. It knows the part that a task pane needs; any other element is an offence.
 */
import { SaxesParser } from 'saxes';

interface Element {
  readonly name: string;
  readonly space: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: Element[];
  text: string;
}

const APP = 'http://schemas.microsoft.com/office/appforoffice/1.1';
const OVERRIDES_1_0 = 'http://schemas.microsoft.com/office/mailappversionoverrides';
const OVERRIDES_1_1 = 'http://schemas.microsoft.com/office/mailappversionoverrides/1.1';
const BASIC = 'http://schemas.microsoft.com/office/officeappbasictypes/1.0';

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const VERSION = /^\d{1,5}(\.\d{1,5}){3}$/;
const ADDRESS = /^https:\/\/\S+$|^http:\/\/localhost[:/]\S*$/;
const RESOURCE = /^\S{1,32}$/;
const short = (max: number) => new RegExp(`^.{1,${max}}$`);

/** How an element looks. Attributes ending in `?` may be missing; children ending in `?` too, in `+` may be repeated. */
interface Form {
  readonly space: string;
  readonly attributes?: Readonly<Record<string, RegExp>>;
  readonly children?: readonly string[];
  readonly text?: RegExp;
}

const valued = (pattern: RegExp): Form => ({ space: APP, attributes: { DefaultValue: pattern } });
const told = (space: string, pattern: RegExp): Form => ({ space, text: pattern });

/** Forms outside of VersionOverrides, by path below OfficeApp. */
const appForms: Readonly<Record<string, Form>> = {
  OfficeApp: {
    space: APP,
    attributes: { 'xsi:type': /^MailApp$/ },
    children: [
      ...['Id', 'AlternateId?', 'Version', 'ProviderName', 'DefaultLocale', 'DisplayName', 'Description'],
      ...['IconUrl', 'HighResolutionIconUrl', 'SupportUrl', 'AppDomains?', 'Hosts', 'Requirements'],
      ...['FormSettings', 'Permissions', 'Rule', 'DisableEntityHighlighting?', 'VersionOverrides?'],
    ],
  },
  Id: told(APP, UUID),
  Version: told(APP, VERSION),
  ProviderName: told(APP, short(125)),
  DefaultLocale: told(APP, /^[a-z]{2}-[A-Z]{2}$/),
  DisplayName: valued(short(125)),
  Description: valued(short(250)),
  IconUrl: valued(ADDRESS),
  HighResolutionIconUrl: valued(ADDRESS),
  SupportUrl: valued(ADDRESS),
  AppDomains: { space: APP, children: ['AppDomain+'] },
  AppDomain: told(APP, ADDRESS),
  Hosts: { space: APP, children: ['Host'] },
  Host: { space: APP, attributes: { Name: /^Mailbox$/ } },
  Requirements: { space: APP, children: ['Sets'] },
  Sets: { space: APP, children: ['Set+'] },
  Set: { space: APP, attributes: { Name: /^Mailbox$/, MinVersion: /^1\.\d+$/ } },
  FormSettings: { space: APP, children: ['Form+'] },
  Form: { space: APP, attributes: { 'xsi:type': /^Item(Read|Edit)$/ }, children: ['DesktopSettings'] },
  DesktopSettings: { space: APP, children: ['SourceLocation', 'RequestedHeight'] },
  SourceLocation: valued(ADDRESS),
  RequestedHeight: told(APP, /^(3[2-9]|[4-9]\d|[1-3]\d\d|4[0-4]\d|450)$/),
  Permissions: told(APP, /^(Restricted|ReadItem|ReadWriteItem|ReadWriteMailbox)$/),
  Rule: {
    space: APP,
    attributes: {
      'xsi:type': /^ItemIs$/,
      ItemType: /^(Message|Appointment)$/,
      FormType: /^(Read|Edit|ReadOrEdit)$/,
    },
  },
  DisableEntityHighlighting: told(APP, /^(true|false)$/),
};

/** Forms inside of VersionOverrides of one version. */
function overrideForms(
  space: string,
  type: RegExp,
  last: readonly string[],
  pins: boolean,
): Readonly<Record<string, Form>> {
  const resid = { resid: RESOURCE };
  return {
    VersionOverrides: {
      space,
      attributes: { 'xsi:type': type },
      children: ['Requirements?', 'Hosts', 'Resources', ...last],
    },
    Requirements: { space, children: ['Sets'] },
    Sets: { space: BASIC, attributes: { DefaultMinVersion: /^1\.\d+$/ }, children: ['Set+'] },
    Set: { space: BASIC, attributes: { Name: /^Mailbox$/ } },
    Hosts: { space, children: ['Host'] },
    Host: { space, attributes: { 'xsi:type': /^MailHost$/ }, children: ['DesktopFormFactor'] },
    DesktopFormFactor: { space, children: ['FunctionFile', 'ExtensionPoint+'] },
    FunctionFile: { space, attributes: resid },
    ExtensionPoint: {
      space,
      attributes: { 'xsi:type': /^Message(Read|Compose)CommandSurface$/ },
      children: ['OfficeTab'],
    },
    OfficeTab: { space, attributes: { id: /^TabDefault$/ }, children: ['Group+'] },
    Group: { space, attributes: { id: short(125) }, children: ['Label', 'Control+'] },
    Label: { space, attributes: resid },
    Control: {
      space,
      attributes: { 'xsi:type': /^Button$/, id: short(125) },
      children: ['Label', 'Supertip', 'Icon', 'Action'],
    },
    Supertip: { space, children: ['Title', 'Description'] },
    Title: { space, attributes: resid },
    Description: { space, attributes: resid },
    Icon: { space, children: ['Image+'] },
    Image: {
      space: BASIC,
      attributes: {
        'size?': /^(16|20|24|32|40|48|64|80)$/,
        'resid?': RESOURCE,
        'id?': RESOURCE,
        'DefaultValue?': ADDRESS,
      },
    },
    Action: {
      space,
      attributes: { 'xsi:type': /^ShowTaskpane$/ },
      children: ['SourceLocation', ...(pins ? ['SupportsPinning?'] : [])],
    },
    SourceLocation: { space, attributes: resid },
    SupportsPinning: told(space, /^(true|false)$/),
    Resources: { space, children: ['Images', 'Urls', 'ShortStrings', 'LongStrings'] },
    Images: { space: BASIC, children: ['Image+'] },
    Urls: { space: BASIC, children: ['Url+'] },
    Url: { space: BASIC, attributes: { id: RESOURCE, DefaultValue: ADDRESS } },
    ShortStrings: { space: BASIC, children: ['String+'] },
    LongStrings: { space: BASIC, children: ['String+'] },
    String: { space: BASIC, attributes: { id: RESOURCE, DefaultValue: short(250) } },
  };
}

const forms1_0 = overrideForms(OVERRIDES_1_0, /^VersionOverridesV1_0$/, ['VersionOverrides?'], false);
const forms1_1 = overrideForms(OVERRIDES_1_1, /^VersionOverridesV1_1$/, [], true);

/** Everything that is not as documented, each with where it stands; empty for a manifest that is. */
export function offencesOf(xml: string): readonly string[] {
  const offences: string[] = [];
  const root = parse(xml);
  examine(root, appForms, root.name, offences);
  return offences;
}

function examine(
  element: Element,
  forms: Readonly<Record<string, Form>>,
  path: string,
  offences: string[],
): void {
  const form = forms[element.name];
  if (form === undefined) {
    offences.push(`${path}: unknown`);
    return;
  }
  if (element.space !== form.space) offences.push(`${path}: namespace ${element.space}`);
  examineAttributes(element, form, path, offences);
  const text = element.text.trim();
  if (form.text === undefined ? text !== '' : !form.text.test(text)) offences.push(`${path}: text "${text}"`);
  examineOrder(element, form.children ?? [], path, offences);
  for (const child of element.children) {
    const inner = child.name !== 'VersionOverrides' ? forms : forms === appForms ? forms1_0 : forms1_1;
    examine(child, inner, `${path}/${child.name}`, offences);
  }
  if (element.name === 'VersionOverrides') examineReferences(element, path, offences);
}

function examineAttributes({ attributes }: Element, form: Form, path: string, offences: string[]): void {
  const known = Object.entries(form.attributes ?? {}).map(
    ([name, pattern]) => [name.replace('?', ''), name.endsWith('?'), pattern] as const,
  );
  for (const [name, isOptional, pattern] of known) {
    const value = attributes[name];
    if (value === undefined ? !isOptional : !pattern.test(value))
      offences.push(`${path}@${name}: "${value}"`);
  }
  const names = known.map(([name]) => name);
  for (const name of Object.keys(attributes))
    if (!names.includes(name) && !/^xmlns(:|$)/.test(name)) offences.push(`${path}@${name}: unknown`);
}

function examineOrder(
  { children }: Element,
  wanted: readonly string[],
  path: string,
  offences: string[],
): void {
  let at = 0;
  for (const entry of wanted) {
    const name = entry.replace(/[?+]$/, '');
    const from = at;
    while (children[at]?.name === name && (entry.endsWith('+') || at === from)) at += 1;
    if (at === from && !entry.endsWith('?')) offences.push(`${path}: ${name} is missing or out of place`);
  }
  const extra = children[at];
  if (extra !== undefined) offences.push(`${path}: ${extra.name} is too much or out of place`);
}

/** Each `resid` names a resource of the same version, and none is named twice. */
function examineReferences(overrides: Element, path: string, offences: string[]): void {
  const resources = overrides.children.find(({ name }) => name === 'Resources');
  const ids = (resources?.children ?? []).flatMap(({ children }) =>
    children.map(({ attributes }) => attributes.id ?? ''),
  );
  if (new Set(ids).size !== ids.length) offences.push(`${path}: two resources of one id`);
  const look = (element: Element): void => {
    const { resid } = element.attributes;
    if (resid !== undefined && !ids.includes(resid)) offences.push(`${path}: no resource ${resid}`);
    for (const child of element.children) if (child.name !== 'VersionOverrides') look(child);
  };
  look(overrides);
}

function parse(xml: string): Element {
  const parser = new SaxesParser({ xmlns: true });
  const open: Element[] = [];
  let root: Element | null = null;
  parser.on('opentag', ({ local, uri, attributes }) => {
    const element: Element = {
      name: local,
      space: uri,
      attributes: Object.fromEntries(Object.values(attributes).map((one) => [one.name, one.value])),
      children: [],
      text: '',
    };
    open.at(-1)?.children.push(element);
    root ??= element;
    open.push(element);
  });
  parser.on('text', (text) => {
    const at = open.at(-1);
    if (at !== undefined) at.text += text;
  });
  parser.on('closetag', () => {
    open.pop();
  });
  parser.write(xml).close();
  if (root === null) throw new Error('there is no element');
  return root;
}
