/** The HTTP face: authentication, strictness, faults, throttling, Autodiscover, the control surface. */
import { Agent, request as httpRequest } from 'node:http';
import { expect, test } from 'vitest';
import { TYPE1, type3 } from './ntlm-test-support.ts';
import type { ExchangeSimulator } from './simulator.ts';
import {
  ANN,
  callAs,
  createTestWorld,
  EWS_PATH,
  envelope,
  GET_FOLDERS,
  GET_ITEMS,
  sampleMail,
} from './test-support.ts';

const URL_OF = (path: string) => `https://mail.contoso.test${path}`;

async function get(simulator: ExchangeSimulator, path: string, headers: Record<string, string> = {}) {
  const response = await simulator.fetch(
    new Request(path.includes('://') ? path : URL_OF(path), { headers }),
  );
  return { status: response.status, headers: response.headers, text: await response.text() };
}

async function post(
  simulator: ExchangeSimulator,
  path: string,
  body: string,
  headers: Record<string, string> = {},
) {
  const response = await simulator.fetch(new Request(URL_OF(path), { method: 'POST', headers, body }));
  return { status: response.status, headers: response.headers, text: await response.text() };
}

const basic = (credentials: Buffer | string) => ({
  authorization: `Basic ${Buffer.from(credentials).toString('base64')}`,
});

test('who is not logged in gets 401 with the challenges that are on', async () => {
  const { simulator } = createTestWorld({ auth: ['basic'] });
  const answer = await get(simulator, EWS_PATH);
  expect([answer.status, answer.headers.get('www-authenticate')]).toEqual([
    401,
    'Basic realm="mail.contoso.test"',
  ]);
  expect((await post(simulator, EWS_PATH, envelope(GET_FOLDERS(['inbox'])))).status).toBe(401);
  expect((await get(simulator, EWS_PATH, basic('ann@contoso.test:password'))).status).toBe(200);
});

test('Basic takes user@domain and DOMAIN\\user, passwords in UTF-8 or Latin-1, the path in any case', async () => {
  const { simulator } = createTestWorld();
  simulator.setPassword(ANN, 'pässwörd:1');
  const type = { 'content-type': 'text/xml; charset=utf-8' };
  const status = async (credentials: Buffer | string) => {
    const answer = await post(simulator, '/ews/EXCHANGE.asmx', envelope(GET_FOLDERS(['inbox'])), {
      ...type,
      ...basic(credentials),
    });
    return answer.status;
  };
  expect(await status('ann@contoso.test:pässwörd:1')).toBe(200);
  expect(await status('CONTOSO\\ann:pässwörd:1')).toBe(200);
  expect(await status(Buffer.from('contoso.test\\ANN:pässwörd:1', 'latin1'))).toBe(200);
  expect(await status('OTHER\\ann:pässwörd:1')).toBe(401);
  expect(await status('ann@contoso.test:passwoerd')).toBe(401);
  simulator.setAccountState('ann', 'locked');
  expect(await status('ann@contoso.test:pässwörd:1')).toBe(401);
  simulator.setAccountState('ann', 'mailboxDisabled');
  expect(await status('ann@contoso.test:pässwörd:1')).toBe(500);
});

test('NTLM logs a connection in, not a request, and proves the password', async () => {
  const { simulator } = createTestWorld({ auth: ['ntlm'] });
  const served = await simulator.serve();
  const send = (agent: Agent, authorization?: string) =>
    new Promise<{ status: number; challenges: string }>((resolve, reject) => {
      const headers: Record<string, string> = { 'content-type': 'text/xml; charset=utf-8' };
      if (authorization !== undefined) headers.authorization = authorization;
      const request = httpRequest(
        `${served.origin}${EWS_PATH}`,
        { method: 'POST', headers, agent },
        (response) => {
          response.resume();
          response.on('end', () =>
            resolve({
              status: response.statusCode ?? 0,
              challenges: String(response.headers['www-authenticate']),
            }),
          );
        },
      );
      request.on('error', reject);
      request.end(authorization?.includes(TYPE1) === true ? '' : envelope(GET_FOLDERS(['inbox'])));
    });
  const logIn = async (agent: Agent, password: string) => {
    const { status, challenges } = await send(agent, `NTLM ${TYPE1}`);
    expect(status).toBe(401);
    return send(agent, `NTLM ${type3(challenges.replace('NTLM ', ''), 'ann', password)}`);
  };
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const other = new Agent({ keepAlive: true, maxSockets: 1 });
  expect(await send(agent)).toEqual({ status: 401, challenges: 'Negotiate, NTLM' });
  expect((await logIn(agent, 'password')).status).toBe(200);
  expect((await send(agent)).status).toBe(200);
  expect((await send(other)).status).toBe(401);
  expect((await logIn(other, 'wrong')).status).toBe(401);
  const { challenges } = await send(agent, `NTLM ${TYPE1}`);
  const stolen = type3(challenges.replace('NTLM ', ''), 'ann', 'password');
  expect((await send(other, `NTLM ${stolen}`)).status).toBe(401);
  agent.destroy();
  other.destroy();
  await served.close();
});

test('answers are text/xml; charset=utf-8 exactly, with the server version', async () => {
  const { call } = createTestWorld();
  const answer = await call(GET_FOLDERS(['inbox']));
  expect(answer.headers.get('content-type')).toBe('text/xml; charset=utf-8');
  expect(answer.text).toContain('MajorVersion="15" MinorVersion="2" MajorBuildNumber="2562"');
});

test('unknown versions, operations and wrong orders are faults', async () => {
  const { call } = createTestWorld({ versions: ['Exchange2010_SP2'] });
  const old = { version: 'Exchange2010_SP2' };
  const fault = async (request: string, options = old) => {
    const answer = await call(request, options);
    expect(answer.status).toBe(500);
    return answer.codes;
  };
  expect(await fault(GET_FOLDERS(['inbox']), { version: 'Exchange2013_SP1' })).toEqual([
    'ErrorInvalidServerVersion',
  ]);
  expect(await fault('<m:DoMagic/>')).toEqual(['ErrorInvalidRequest']);
  expect(await fault('<m:GetFolder><m:FolderIds/></m:GetFolder>')).toEqual(['ErrorSchemaValidation']);
  expect(await fault(GET_FOLDERS(['inbox1']))).toEqual(['ErrorSchemaValidation']);
  const swapped = GET_ITEMS(['x']).replace(
    /(<m:ItemShape>.*<\/m:ItemShape>)(<m:ItemIds>.*<\/m:ItemIds>)/,
    '$2$1',
  );
  expect(await fault(swapped)).toEqual(['ErrorSchemaValidation']);
});

test('faults of the transport: statuses, pages, garbage, drops before and after the work', async () => {
  const { simulator, call, clock } = createTestWorld();
  const strike = (effect: Parameters<typeof simulator.faults.add>[0]['effect'], delayMs = 0) =>
    simulator.faults.add({ operation: 'GetFolder', count: 1, effect, delayMs });
  for (const status of [302, 403, 440, 503]) {
    strike({ kind: 'http', status });
    const answer = await call(GET_FOLDERS(['inbox']));
    expect(answer.status).toBe(status);
    if (status === 302) expect(answer.headers.get('location')).toMatch(/^\/owa\/auth/);
  }
  strike({ kind: 'drop' });
  await expect(call(GET_FOLDERS(['inbox']))).rejects.toMatchObject({ cause: { code: 'ECONNRESET' } });
  simulator.faults.add({ operation: 'CreateFolder', effect: { kind: 'lostReply' } });
  const create =
    '<m:CreateFolder><m:ParentFolderId><t:DistinguishedFolderId Id="msgfolderroot"/></m:ParentFolderId><m:Folders><t:Folder><t:DisplayName>Made</t:DisplayName></t:Folder></m:Folders></m:CreateFolder>';
  await expect(call(create)).rejects.toThrow('fetch failed');
  expect(simulator.snapshot(ANN).folders.some((folder) => folder.path === 'Made')).toBe(true);
  const before = clock.at;
  strike({ kind: 'delay' }, 2500);
  expect((await call(GET_FOLDERS(['inbox']))).codes).toEqual(['NoError']);
  expect(clock.at - before).toBe(2500);
});

test('a throttled mailbox is busy until its time is over, and calls meanwhile are counted', async () => {
  const { simulator, call, clock } = createTestWorld();
  simulator.throttle(ANN, 10_000);
  expect((await call(GET_FOLDERS(['inbox']))).text).toContain(
    '<t:Value Name="BackOffMilliseconds">10000</t:Value>',
  );
  simulator.throttle(ANN, 10_000, 'message');
  const inside = await call(GET_FOLDERS(['inbox', 'sentitems']));
  expect([inside.status, inside.codes]).toEqual([200, ['ErrorServerBusy', 'ErrorBatchProcessingStopped']]);
  simulator.throttle(ANN, 10_000, 'http');
  expect((await call(GET_FOLDERS(['inbox']))).status).toBe(503);
  clock.at += 10_001;
  expect((await call(GET_FOLDERS(['inbox']))).codes).toEqual(['NoError']);
  expect(simulator.callsWhileThrottled(ANN)).toBe(3);
});

test('more calls at once than allowed are refused', async () => {
  const { simulator, call } = createTestWorld({ concurrencyMax: 2 });
  const ids = [1, 2, 3].map((number) => simulator.deliver(ANN, 'inbox', sampleMail(number)));
  const answers = await Promise.all(
    [1, 2, 3].map(() => call(GET_ITEMS(ids, '<t:BaseShape>Default</t:BaseShape>'))),
  );
  const refused = answers.filter((answer) => answer.codes[0] === 'ErrorExceededConnectionCount');
  expect(refused).toHaveLength(1);
});

test('Autodiscover answers in three forms, redirects, names the cloud, and can be off', async () => {
  const { simulator } = createTestWorld();
  const link = 'https://mail.contoso.test/EWS/Exchange.asmx';
  const json = `/autodiscover/autodiscover.json/v1.0/${ANN}?Protocol=EWS`;
  expect(JSON.parse((await get(simulator, json)).text)).toEqual({ Protocol: 'EWS', Url: link });
  expect(
    JSON.parse((await get(simulator, `/AutoDiscover/autodiscover.json?Email=${ANN}&Protocol=ews`)).text).Url,
  ).toBe(link);
  expect((await get(simulator, json.replace('EWS', 'Magic'))).text).toContain('ProtocolNotSupported');
  expect((await get(simulator, json.replace('ann', 'nobody'))).status).toBe(404);
  const pox = `<Autodiscover xmlns="http://schemas.microsoft.com/exchange/autodiscover/outlook/requestschema/2006"><Request><EMailAddress>${ANN}</EMailAddress><AcceptableResponseSchema>http://schemas.microsoft.com/exchange/autodiscover/outlook/responseschema/2006a</AcceptableResponseSchema></Request></Autodiscover>`;
  const askPox = (headers = basic(`${ANN}:password`)) =>
    post(simulator, '/autodiscover/autodiscover.xml', pox, headers);
  expect((await askPox()).text).toContain(`<EwsUrl>${link}</EwsUrl>`);
  expect((await askPox(basic('x:y'))).status).toBe(401);
  simulator.world.autodiscover.answers.set(ANN, { kind: 'redirectAddr', address: 'ann@other.test' });
  expect((await askPox()).text).toContain('<RedirectAddr>ann@other.test</RedirectAddr>');
  simulator.world.autodiscover.answers.set(ANN, { kind: 'office365' });
  expect((await get(simulator, json)).text).toContain('outlook.office365.com');
  simulator.world.autodiscover.httpRedirectTo = URL_OF('/autodiscover/autodiscover.xml');
  const plain = await get(simulator, 'http://autodiscover.contoso.test/autodiscover/autodiscover.xml');
  expect([plain.status, plain.headers.get('location')]).toEqual([
    302,
    URL_OF('/autodiscover/autodiscover.xml'),
  ]);
  Object.assign(simulator.world.autodiscover, { json: false, pox: false });
  expect((await get(simulator, json)).status).toBe(404);
  expect((await askPox()).status).toBe(404);
});

test('another process can drive it by the control surface', async () => {
  const { simulator } = createTestWorld();
  const act = async (name: string, body: unknown) =>
    JSON.parse((await post(simulator, `/_control/exchange/${name}`, JSON.stringify(body))).text);
  await act('addMailbox', { address: 'cid@contoso.test', password: 'secret' });
  const mime = sampleMail(1).toString('base64');
  const { itemId } = await act('deliver', {
    address: 'cid@contoso.test',
    folder: 'inbox',
    mime,
    options: { categories: ['A'] },
  });
  expect((await callAs(simulator, 'cid@contoso.test', 'secret')(GET_ITEMS([itemId]))).codes).toEqual([
    'NoError',
  ]);
  const snapshot = await act('snapshot', { address: 'cid@contoso.test' });
  expect(
    snapshot.folders.find((folder: { role: string }) => folder.role === 'inbox').items[0].categories,
  ).toEqual(['A']);
  await act('faults', { operation: 'GetItem', effect: { kind: 'http', status: 403 } });
  expect((await callAs(simulator, 'cid@contoso.test', 'secret')(GET_ITEMS([itemId]))).status).toBe(403);
  const state = JSON.parse((await get(simulator, '/_control/exchange')).text);
  expect(state).toMatchObject({ notificationsSent: 0, calls: { GetItem: 2 } });
  expect((await post(simulator, '/_control/exchange/deliver', '{}')).status).toBe(400);
});

test('other paths are web pages', async () => {
  const { simulator } = createTestWorld();
  const owa = await get(simulator, '/owa/');
  expect([owa.status, owa.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
  expect((await get(simulator, '/nowhere')).status).toBe(404);
});
