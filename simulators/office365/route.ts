/** One row of a table of Graph's paths below a user: the first that matches answers. Operations are named as faults name them. */
import type { Permissions } from './graph-access.ts';
import type { GraphAnswer, MailboxCall } from './graph-call.ts';

export type Route = readonly [
  method: string,
  pattern: RegExp,
  operation: string,
  permissions: Permissions,
  answerer: (call: MailboxCall) => GraphAnswer | Promise<GraphAnswer>,
];
