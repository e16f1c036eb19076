/**
 * Autodiscover JSON v2: who asks needs no credentials and learns one link.
 */
import { answerFor, ewsUrl } from './autodiscover.ts';
import type { World } from './world.ts';

/** JSON v2, which needs no credentials: `.../v1.0/EMAIL?Protocol=EWS` or `?Email=EMAIL&Protocol=EWS`. */
export function answerJson(world: World, url: URL): Response {
  const [, inPath] = /\/v1\.0\/([^/]+)$/i.exec(url.pathname) ?? [];
  const query = new Map([...url.searchParams].map(([key, value]) => [key.toLowerCase(), value]));
  const address = inPath === undefined ? query.get('email') : decodeURIComponent(inPath);
  const protocol = query.get('protocol') ?? '';
  if (address === undefined || !address.includes('@'))
    return jsonError(400, 'InvalidUserId', 'The given user id is invalid.');
  if (protocol === '')
    return jsonError(
      400,
      'MandatoryParameterMissing',
      'A valid value must be provided for the query parameter Protocol.',
    );
  const answer = answerFor(world, address);
  if (answer === undefined) return jsonError(404, 'UserNotFound', 'The given user is not found.');
  if (answer.kind === 'redirectUrl') {
    return new Response(null, { status: 302, headers: { location: answer.url } });
  }
  if (protocol.toLowerCase() !== 'ews') {
    return jsonError(400, 'ProtocolNotSupported', `The given protocol value '${protocol}' is invalid.`);
  }
  if (answer.kind === 'redirectAddr') {
    const next = `${url.origin}/autodiscover/autodiscover.json/v1.0/${encodeURIComponent(answer.address)}?Protocol=EWS`;
    return new Response(null, { status: 302, headers: { location: next } });
  }
  return json(200, { Protocol: 'EWS', Url: ewsUrl(world, answer) });
}

function jsonError(status: number, code: string, message: string): Response {
  return json(status, { ErrorCode: code, ErrorMessage: message });
}

function json(status: number, value: unknown): Response {
  return new Response(JSON.stringify(value), {
    status,
    headers: { 'content-type': 'application/json; charset=utf-8' },
  });
}
