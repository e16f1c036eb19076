/** Tasks of Google's to and from our words. Pure and total. Vendor page: https://developers.google.com/workspace/tasks/reference/rest/v1/tasks */
import { z } from 'zod';
import { canonicalLine, canonicalText, reduceField } from '../../../model/canonical.ts';
import type { FieldSpec, FieldSpecs, Fields, TaskField } from '../../../model/collection.ts';
import type { ItemId } from '../../../model/ids.ts';
import type { TaskItem } from '../../../model/mailbox-item.ts';
import { dateOf, flag, instantOf, text } from './lenient.ts';

export const taskSchema = z.object({
  id: z.string().min(1),
  etag: z.string().catch(''),
  title: text,
  notes: text,
  due: text,
  status: text,
  completed: text,
  updated: text,
  deleted: flag,
});

export type GoogleTask = z.infer<typeof taskSchema>;

const plain: FieldSpec = { lengthMax: null, writable: true };

/** There is no priority, and a task is open or completed. */
export const taskFields = {
  subject: { lengthMax: 1_024, writable: true },
  description: { lengthMax: 8_192, writable: true },
  due: plain,
  status: { ...plain, words: { 'in-progress': 'open', waiting: 'open', deferred: 'open' } },
} as const satisfies FieldSpecs & { readonly [Name in TaskField]?: FieldSpec };

export function taskItem(task: GoogleTask): TaskItem {
  const isCompleted = task.status === 'completed';
  return {
    collection: 'tasks',
    itemId: task.id as ItemId,
    version: task.etag,
    modifiedAt: instantOf(task.updated),
    fields: {
      subject: canonicalLine(task.title),
      description: canonicalText(task.notes),
      // Google keeps the day and writes it as a midnight.
      due: dateOf(task.due) ?? '',
      status: isCompleted ? 'completed' : 'open',
    },
    sensitivity: 'normal',
    categories: [],
    stamp: null,
    completedAt: isCompleted ? instantOf(task.completed) : null,
  };
}

export type TaskBody = Readonly<Record<string, unknown>>;

/** What is written of changed fields; what is absent stays as it is. */
export function taskBody(fields: Fields): TaskBody {
  const body: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(fields)) {
    const spec: FieldSpec | undefined = (taskFields as FieldSpecs)[name as TaskField];
    if (spec !== undefined && value !== undefined)
      Object.assign(body, bodyPart(name as TaskField, reduceField(value, spec)));
  }
  return body;
}

function bodyPart(name: TaskField, value: string): TaskBody {
  switch (name) {
    case 'subject':
      return { title: value };
    case 'description':
      return { notes: value };
    case 'due': {
      const date = dateOf(value);
      return { due: date === null ? null : `${date}T00:00:00.000Z` };
    }
    case 'status':
      return value === 'completed' ? { status: value } : { status: 'needsAction', completed: null };
    default:
      return {};
  }
}

/** Whether a task is what these fields would make. */
export function isAlike(task: TaskItem, fields: Fields): boolean {
  return (Object.keys(taskFields) as (keyof typeof taskFields)[]).every((name) => {
    const wanted = reduceField(fields[name] ?? (name === 'status' ? 'open' : ''), taskFields[name]);
    return task.fields[name] === wanted;
  });
}
