/** The metrics of who comes in and who does not: sign-ins, ends of sessions, refused requests. Each is described in docs/metrics.md. */
import { Counter, type Registry } from 'prom-client';
import { apiProblemCodes } from '../../api-schema/problem.ts';
import { sessionEnds } from '../../model/session.ts';
import type { Telemetry } from '../../model/telemetry.ts';

const codes: ReadonlySet<string> = new Set(apiProblemCodes);
/** Told as zeros from the start: a rate over a counter that appears with its first event misses that event. */
const expected = ['api.not-signed-in', 'api.not-allowed', 'api.too-soon'];

/** Counters, and what adds to them. */
export function createSessionMetrics(
  registers: Registry[],
): Pick<Telemetry, 'signInEnded' | 'sessionsEnded' | 'requestRefused'> {
  const signIns = new Counter({
    name: 'lockstep_sign_ins_total',
    help: 'Attempts to sign in, by whether a session began.',
    labelNames: ['outcome'],
    registers,
  });
  const ends = new Counter({
    name: 'lockstep_sessions_ended_total',
    help: 'Sessions that were ended before their time, by why.',
    labelNames: ['reason'],
    registers,
  });
  const refusals = new Counter({
    name: 'lockstep_refused_requests_total',
    help: 'Requests that were refused for who asked, or how often, by the code of the problem.',
    labelNames: ['code'],
    registers,
  });
  for (const outcome of ['began', 'refused']) signIns.inc({ outcome }, 0);
  for (const reason of sessionEnds) ends.inc({ reason }, 0);
  for (const code of expected) refusals.inc({ code }, 0);
  return {
    signInEnded: (outcome) => signIns.inc({ outcome }),
    sessionsEnded: (reason, count) => ends.inc({ reason }, count),
    requestRefused: (code) => refusals.inc({ code: codes.has(code) ? code : 'other' }),
  };
}
