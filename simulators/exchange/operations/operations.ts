/** Which operations this server answers, by the name of their request element. */
import type { Call, Operation } from '../world.ts';
import { createFolder } from './create-folder.ts';
import { createItem } from './create-item.ts';
import { deleteItem } from './delete-item.ts';
import { findFolders } from './find-folder.ts';
import { findItems } from './find-item.ts';
import { getAttachment } from './get-attachment.ts';
import { getFolder } from './get-folder.ts';
import { getItem } from './get-item.ts';
import { getServerTimeZones } from './get-server-time-zones.ts';
import { moveItem } from './move-item.ts';
import { resolveNames } from './resolve-names.ts';
import { getStreamingEvents, type Stream } from './streaming.ts';
import { getEvents, subscribe, unsubscribe } from './subscriptions.ts';
import { syncFolderHierarchy } from './sync-folder-hierarchy.ts';
import { syncFolderItems } from './sync-folder-items.ts';
import { updateItem } from './update-item.ts';
import {
  createUserConfiguration,
  deleteUserConfiguration,
  getUserConfiguration,
  updateUserConfiguration,
} from './user-configuration.ts';

export const OPERATIONS: ReadonlyMap<string, Operation> = new Map(
  Object.entries({
    SyncFolderHierarchy: syncFolderHierarchy,
    SyncFolderItems: syncFolderItems,
    GetFolder: getFolder,
    FindFolder: findFolders,
    CreateFolder: createFolder,
    GetItem: getItem,
    FindItem: findItems,
    UpdateItem: updateItem,
    CreateItem: createItem,
    DeleteItem: deleteItem,
    MoveItem: moveItem,
    CopyItem: moveItem,
    GetAttachment: getAttachment,
    ResolveNames: resolveNames,
    GetUserConfiguration: getUserConfiguration,
    CreateUserConfiguration: createUserConfiguration,
    UpdateUserConfiguration: updateUserConfiguration,
    DeleteUserConfiguration: deleteUserConfiguration,
    GetServerTimeZones: getServerTimeZones,
    Subscribe: subscribe,
    GetEvents: getEvents,
    Unsubscribe: unsubscribe,
  }),
);

/** Operations whose answer goes on for minutes. */
export const STREAMS: ReadonlyMap<string, (call: Call) => Stream> = new Map(
  Object.entries({ GetStreamingEvents: getStreamingEvents }),
);
