/**
 * Linked resources and checklist items of a task: list, read, make, change, delete. Each change is a change of the task too.
 * https://learn.microsoft.com/graph/api/resources/linkedresource
 */
import { GraphError } from './errors.ts';
import { unreadable } from './event-body.ts';
import { taskOf } from './find-task.ts';
import { answer, type GraphAnswer, type MailboxCall, readJson } from './graph-call.ts';
import { drawGuid } from './ids.ts';
import { instant } from './message-json.ts';
import { listPage } from './odata.ts';
import { changeTask, type TaskPart } from './todo-store.ts';

type Json = Record<string, unknown>;

const PARTS_MAX = 100;
const LINK_NAMES = ['webUrl', 'applicationName', 'displayName', 'externalId'];

/** The parts that come with a new task. */
export function readParts(call: MailboxCall, body: Json): Record<TaskPart, Json[]> {
  const read = (kind: TaskPart) => {
    const given = body[kind] ?? [];
    if (!Array.isArray(given) || given.length > PARTS_MAX) throw unreadable(kind);
    return given.map((each: Json | null) => newPart(call, kind, each ?? {}));
  };
  return { linkedResources: read('linkedResources'), checklistItems: read('checklistItems') };
}

export function listParts(call: MailboxCall): Promise<GraphAnswer> {
  const kind = kindOf(call);
  return listPage(call, `users('${call.user.id}')/todo/${kind}`, taskOf(call).parts[kind], (part) => part);
}

export function getPart(call: MailboxCall): GraphAnswer {
  return showOne(call, partOf(call), 200);
}

export function createPart(call: MailboxCall): GraphAnswer {
  const task = taskOf(call);
  const kind = kindOf(call);
  const part = newPart(call, kind, readJson(call));
  if (task.parts[kind].length >= PARTS_MAX) throw new GraphError('invalidRequest', 'Too many parts.', 400);
  task.parts[kind].push(part);
  changeTask(call.mailbox, task);
  return showOne(call, part, 201);
}

export function updatePart(call: MailboxCall): GraphAnswer {
  const part = partOf(call);
  Object.assign(part, readPart(call, kindOf(call), readJson(call)));
  changeTask(call.mailbox, taskOf(call));
  return showOne(call, part, 200);
}

export function deletePart(call: MailboxCall): GraphAnswer {
  const task = taskOf(call);
  const kind = kindOf(call);
  const part = partOf(call);
  task.parts[kind] = task.parts[kind].filter((each) => each !== part);
  changeTask(call.mailbox, task);
  return { status: 204 };
}

function kindOf({ parts }: MailboxCall): TaskPart {
  return parts.kind?.toLowerCase() === 'linkedresources' ? 'linkedResources' : 'checklistItems';
}

function partOf(call: MailboxCall): Json {
  const part = taskOf(call).parts[kindOf(call)].find(({ id }) => id === call.parts.part);
  if (part === undefined) throw new GraphError('ErrorItemNotFound');
  return part;
}

function newPart(call: MailboxCall, kind: TaskPart, body: Json): Json {
  const id = drawGuid(call.world.random);
  if (kind === 'linkedResources') return { id, ...readPart(call, kind, body) };
  const fresh = { displayName: '', createdDateTime: instant(call.world.now()), isChecked: false };
  return { ...fresh, id, ...readPart(call, kind, body) };
}

function readPart(call: MailboxCall, kind: TaskPart, body: Json): Json {
  const names = kind === 'linkedResources' ? LINK_NAMES : ['displayName'];
  const part: Json = {};
  for (const name of names) {
    const text = body[name];
    if (text === undefined) continue;
    if (text !== null && typeof text !== 'string') throw unreadable(name);
    part[name] = text;
  }
  if (kind === 'checklistItems' && typeof body.isChecked === 'boolean') {
    part.isChecked = body.isChecked;
    part.checkedDateTime = body.isChecked ? instant(call.world.now()) : null;
  }
  return part;
}

function showOne(call: MailboxCall, part: Json, status: number): GraphAnswer {
  return answer(call, `users('${call.user.id}')/todo/${kindOf(call)}/$entity`, part, status);
}
