/**
 * Validation rules of an organization: a SOQL condition that must not hold for a record just written. Duplicate rules
 * are in `validate.ts`.
 */
import type { Actor } from './actor.ts';
import { RecordError } from './errors.ts';
import type { SObjectType } from './schema/schema.ts';
import { compileCondition } from './soql-filter.ts';
import { parseCondition } from './soql-parse.ts';
import type { Query } from './soql-tree.ts';
import { rowOf } from './store.ts';

/** Refuses the record when a rule's condition holds. */
export function applyValidationRules(actor: Actor, type: SObjectType, id: string): void {
  for (const rule of actor.organization.validationRules) {
    if (rule.object.toLowerCase() !== type.name.toLowerCase()) continue;
    const row = rowOf(actor, type.name, id);
    if (row === undefined) continue;
    const query: Query = {
      statement: rule.condition,
      select: [],
      from: { names: [type.name], at: 0 },
      alias: null,
      where: null,
      groupBy: [],
      orderBy: [],
      limit: null,
      offset: 0,
    };
    const schema = actor.organization.schema;
    const fullType = schema.types.get(type.name.toLowerCase()) ?? type;
    const context = { actor: { ...actor, schema }, type: fullType, query, runJoin: () => new Set<string>() };
    if (!compileCondition(context, parseCondition(rule.condition))(row)) continue;
    throw new RecordError(
      'FIELD_CUSTOM_VALIDATION_EXCEPTION',
      rule.message,
      rule.field === undefined ? [] : [rule.field],
    );
  }
}
