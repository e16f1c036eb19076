/**
 * What the operator hears of those who are not let in: attempts to sign in that came to nothing, and requests that somebody had no right to. Codes and routes,
 * as they are written in the code; never an address, a name or what was asked for. What merely has no session any more is counted and not logged.
 */
import type { ApiProblemCode } from '../api-schema/problem.ts';
import type { Ports } from '../commands/ports.ts';
import type { FailureCode } from '../model/catalogue.ts';

type Told = Pick<Ports, 'log' | 'telemetry'>;

/** A login, a frame's code or the link of an e-mail that began no session. */
export function tellRefusedSignIn({ log, telemetry }: Told, code: FailureCode | ApiProblemCode): void {
  log('session.refused', { code });
  telemetry.signInEnded('refused');
}

const SIGN_INS: ReadonlySet<string> = new Set(['api.login-expired', 'api.link-expired']);
const STATUSES: ReadonlySet<number> = new Set([401, 403, 429]);

/** A problem that a route answers with; most are no refusals, and then nothing is told. */
export function tellRefusal(
  ports: Told,
  route: string,
  { code, status }: { readonly code: string; readonly status: number },
): void {
  if (SIGN_INS.has(code)) tellRefusedSignIn(ports, code as ApiProblemCode);
  else if (STATUSES.has(status)) tellRefusedRequest(ports, route, { code, status });
}

function tellRefusedRequest(
  ports: Told,
  route: string,
  { code, status }: { readonly code: string; readonly status: number },
): void {
  ports.telemetry.requestRefused(code);
  if (status === 403) ports.log('api.refused', { route, code });
}
