/** Get-, Create-, Update- and DeleteUserConfiguration: named hidden items of a folder, such as CategoryList. */
import { type FoundFolder, findFolder } from '../access.ts';
import { answerBatch } from '../batch.ts';
import { ServiceError, schemaViolation } from '../errors.ts';
import type { UserConfiguration } from '../folder.ts';
import type { Call, Operation } from '../world.ts';
import { child, childText, type XmlNode } from '../xml-tree.ts';
import { element, textElement } from '../xml-writer.ts';

export const getUserConfiguration: Operation = async (call) =>
  answerBatch(call, [call.request], () => {
    const nameNode = child(call.request, 'UserConfigurationName');
    const { name, found } = locate(call, nameNode);
    const wanted = childText(call.request, 'UserConfigurationProperties') ?? 'All';
    const configuration = existing(found, name);
    const shows = (part: string) => wanted.split(/\s+/).some((word) => word === part || word === 'All');
    return element(
      'm:UserConfiguration',
      {},
      element('t:UserConfigurationName', { Name: name }, echo(nameNode)),
      shows('Id') ? element('t:ItemId', { Id: configuration.itemId }) : '',
      optional('XmlData', shows('XmlData') ? configuration.xmlData : undefined),
      optional('BinaryData', shows('BinaryData') ? configuration.binaryData : undefined),
    );
  });

export const createUserConfiguration: Operation = async (call) =>
  answerBatch(call, [call.request], () => {
    const { name, found, given } = locateWritten(call);
    if (found.folder.configurations.has(name)) throw new ServiceError('ErrorItemSave');
    found.folder.configurations.set(name, {
      itemId: found.mailbox.ids.nextItemId(),
      xmlData: childText(given, 'XmlData'),
      binaryData: childText(given, 'BinaryData'),
    });
    return '';
  });

export const updateUserConfiguration: Operation = async (call) =>
  answerBatch(call, [call.request], () => {
    const { name, found, given } = locateWritten(call);
    const configuration = existing(found, name);
    configuration.xmlData = childText(given, 'XmlData') ?? configuration.xmlData;
    configuration.binaryData = childText(given, 'BinaryData') ?? configuration.binaryData;
    return '';
  });

export const deleteUserConfiguration: Operation = async (call) =>
  answerBatch(call, [call.request], () => {
    const { name, found } = locate(call, child(call.request, 'UserConfigurationName'));
    existing(found, name);
    found.folder.configurations.delete(name);
    return '';
  });

function locateWritten(call: Call): { name: string; found: FoundFolder; given: XmlNode } {
  const given = child(call.request, 'UserConfiguration');
  if (given === undefined) throw schemaViolation("The element 'UserConfiguration' is missing.");
  return { ...locate(call, child(given, 'UserConfigurationName')), given };
}

function locate(call: Call, nameNode: XmlNode | undefined): { name: string; found: FoundFolder } {
  const [folderNode] = nameNode?.children ?? [];
  const name = nameNode?.attributes.Name ?? '';
  if (folderNode === undefined || name === '')
    throw schemaViolation("The 'UserConfigurationName' is incomplete.");
  return { name, found: findFolder(call, folderNode) };
}

function existing(found: FoundFolder, name: string): UserConfiguration {
  const configuration = found.folder.configurations.get(name);
  if (configuration === undefined) throw new ServiceError('ErrorItemNotFound');
  return configuration;
}

function echo(nameNode: XmlNode | undefined): string {
  const [folderNode] = nameNode?.children ?? [];
  return folderNode === undefined ? '' : element(`t:${folderNode.name}`, { Id: folderNode.attributes.Id });
}

function optional(tag: string, text: string | undefined): string {
  return text === undefined ? '' : textElement(`t:${tag}`, text);
}
