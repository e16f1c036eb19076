import { describe, expect, it } from 'vitest';
import {
  answer,
  connect,
  failed,
  fault,
  items,
  message,
  success,
  xml,
} from '../../../test/support/canned-exchange.ts';

describe('back-off', () => {
  const backOff = '<m:MessageXml><t:Value Name="BackOffMilliseconds">5000</t:Value></m:MessageXml>';

  it.each([
    ['a fault inside HTTP 500', () => fault('ErrorServerBusy', 5_000)],
    [
      'a response message inside HTTP 200',
      () => answer('GetItem', failed('GetItem', 'ErrorServerBusy', backOff)),
    ],
    ['HTTP 503', () => new Response('busy', { status: 503, headers: { 'retry-after': '5' } })],
  ])('sends nothing while the one asked for by %s lasts', async (_, made) => {
    let now = 0;
    const { connector, bodies } = connect(made, { now: () => now });
    const throttled = (retryAfterMs: number) => ({ failure: { code: 'mailbox.throttled', retryAfterMs } });
    await expect(connector.readHeads(items('A'))).rejects.toMatchObject(throttled(5_000));
    now = 2_000;
    await expect(connector.readHeads(items('A'))).rejects.toMatchObject(throttled(3_000));
    expect(bodies).toHaveLength(1);
    now = 5_000;
    await expect(connector.readHeads(items('A'))).rejects.toMatchObject(throttled(5_000));
    expect(bodies).toHaveLength(2);
  });
});

describe('the call as a whole', () => {
  it('lowers its version once for an older server and stays there', async () => {
    const { connector, bodies } = connect((body) =>
      body.includes('Exchange2013_SP1')
        ? fault('ErrorInvalidServerVersion')
        : answer('GetItem', success('GetItem', message('A'))),
    );
    await connector.readHeads(items('A'));
    await connector.readHeads(items('A'));
    expect(bodies.map((body) => /Version="(\w+)"/.exec(body)?.[1])).toEqual([
      'Exchange2013_SP1',
      'Exchange2010_SP2',
      'Exchange2010_SP2',
    ]);
  });

  it('acts for a mailbox by header and envelope', async () => {
    const { connector, bodies, headers } = connect(
      () => answer('GetItem', success('GetItem', message('A'))),
      { mailbox: 'bob@corp.example' },
    );
    await connector.readHeads(items('A'));
    expect(headers[0]).toMatchObject({ 'x-anchormailbox': 'bob@corp.example', 'user-agent': 'Lockstep' });
    expect(bodies[0]).toContain('<t:PrimarySmtpAddress>bob@corp.example</t:PrimarySmtpAddress>');
  });

  it.each([
    [
      'a sign-in page',
      () => new Response('', { status: 302, headers: { location: '/owa/auth' } }),
      'mailbox.not-exchange',
    ],
    [
      'a web page',
      () => new Response('<html></html>', { headers: { 'content-type': 'text/html' } }),
      'mailbox.not-exchange',
    ],
    ['some other XML', () => xml('<rss/>'), 'mailbox.not-exchange'],
    ['HTTP 403', () => new Response('', { status: 403 }), 'mailbox.ews-switched-off'],
    [
      'a redirect to the cloud',
      () =>
        new Response('', {
          status: 302,
          headers: { location: 'https://outlook.office365.com/EWS/Exchange.asmx' },
        }),
      'mailbox.use-office-365',
    ],
    ['a broken answer', () => xml('<s:Envelope><s:Body>'), 'mailbox.transient'],
    ['an impersonation refused', () => fault('ErrorImpersonateUserDenied'), 'mailbox.impersonation-denied'],
  ])('reads %s', async (_, made, code) => {
    const { connector } = connect(made);
    await expect(connector.readHeads(items('A'))).rejects.toMatchObject({ failure: { code } });
  });
});
