/**
 * What goes wrong in a simulated world: services that fail, answers that are lost, processes that die, stand still or have a wrong clock. Everything
 * is drawn from the seed.
 */

import type { FaultEffect, FaultRule } from '../../simulators/shared/faults.ts';
import { MINUTE, SECOND } from '../../src/model/clock.ts';
import type { World } from './world.ts';

const SALESFORCE_OPERATIONS = [
  'composite.graph',
  'collections.post',
  'composite',
  'query',
  'composite.batch',
  '*',
  '*',
];

/** Of all calls: how many are told to come later, and how many break on the way there or back. */
const THROTTLED = 0.05;
const RESET = 0.02;

/** What goes wrong all the time, and a few faults on each service that strike a few times at most. */
export function setFaults(world: World): void {
  const { chance, mail, salesforce } = world;
  const busy = chance.flip(0.5);
  for (const hands of mail) {
    for (let left = chance.between(0, 2); left > 0; left -= 1)
      hands.faults.add(rule(world, hands.faultOperations, hands.drawEffect(chance)));
    if (!busy) continue;
    const throttle = hands.throttling(chance, chance.between(1, 120) * SECOND);
    hands.faults.add({ operation: '*', probability: THROTTLED, effect: throttle });
    hands.faults.add({ operation: '*', probability: RESET, effect: { kind: 'drop' } });
    hands.faults.add({ operation: '*', probability: RESET, effect: { kind: 'lostReply' } });
  }
  for (let left = chance.between(0, 2); left > 0; left -= 1)
    salesforce.faults.add(rule(world, SALESFORCE_OPERATIONS, drawSalesforceEffect(world)));
  if (chance.flip(0.3)) salesforce.faults.add(drawRecordFault(world));
  if (!busy) return;
  salesforce.faults.add({ operation: '*', probability: RESET, effect: { kind: 'drop' } });
  salesforce.faults.add({ operation: '*', probability: RESET, effect: { kind: 'lostReply' } });
}

function rule({ chance }: World, operations: readonly string[], effect: FaultEffect): FaultRule {
  const count = chance.pick([1, 1, 2, 3, 6]);
  return { operation: chance.pick(operations), probability: chance.pick([1, 0.5, 0.2]), count, effect };
}

/** What services forget by themselves. No service ends a token in the moment in which it gives it. */
export function forget({ chance, people, salesforce }: World): void {
  const { hands, address } = chance.pick(people);
  const what = chance.pick(['sessions', 'access', 'cursors', 'cursors'] as const);
  if (what === 'sessions') salesforce.endSessions();
  else if (what === 'access' && hands.expireAccess !== null) hands.expireAccess(address, MINUTE);
  else hands.expireCursors(address);
}

function drawSalesforceEffect({ chance }: World): FaultEffect {
  return chance.pick<FaultEffect>([
    { kind: 'http', status: 500, body: 'json' },
    { kind: 'http', status: 503, body: 'html' },
    { kind: 'http', status: 429, body: 'json', headers: { 'retry-after': '30' } },
    { kind: 'drop' },
    { kind: 'lostReply' },
    { kind: 'lostReply' },
    { kind: 'garbage' },
    { kind: 'throttle', backOffMs: 0 },
    { kind: 'service', code: 'INVALID_SESSION_ID' },
    { kind: 'service', code: 'SERVER_UNAVAILABLE' },
    { kind: 'service', code: 'UNKNOWN_EXCEPTION' },
  ]);
}

function drawRecordFault({ chance }: World): FaultRule {
  const code = chance.pick([
    'UNABLE_TO_LOCK_ROW',
    'UNABLE_TO_LOCK_ROW',
    'FIELD_CUSTOM_VALIDATION_EXCEPTION',
    'UNKNOWN_EXCEPTION',
  ]);
  const effect: FaultEffect = { kind: 'service', code };
  const object = chance.pick(['EmailMessage', 'Task', 'ContentVersion', 'Event', 'Contact']);
  return { operation: `record.create.${object}`, count: chance.between(1, 3), effect };
}

/** Trouble of the processes themselves: deaths, pauses, wrong clocks. */
export function troubleProcesses(world: World): void {
  const { chance, processes, traits } = world;
  const alive = processes.filter((process) => !process.dead);
  if (alive.length === 0) return;
  const process = chance.pick(alive);
  if (chance.flip(traits.deathsAfterWrite)) process.diesAfterWrite = true;
  else if (chance.flip(0.4))
    process.death = { at: process.ios + chance.between(1, 120), when: chance.pick(['before', 'after']) };
  else if (chance.flip(0.2))
    process.pauseAt(process.ios + chance.between(1, 150), chance.between(10, 400) * SECOND);
  if (chance.flip(0.15)) process.skewMs = chance.between(-3 * MINUTE, 3 * MINUTE);
}
