import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { getGlobalDispatcher } from 'undici';
import { describe, expect, it } from 'vitest';
import { fetchOver } from '../fetch-over.ts';
import { createAgent, createHttp } from '../http.ts';
import {
  checkHost,
  connectingLookup,
  isAllowedHost,
  isInnerAddress,
  type LookUpAll,
  normaliseEwsLink,
  refuseInnerHost,
} from './ews-link.ts';

const FULL = 'https://mail.corp.example/EWS/Exchange.asmx';

describe('normaliseEwsLink', () => {
  it.each([
    'mail.corp.example',
    ' mail.corp.example/ ',
    'https://mail.corp.example',
    'https://mail.corp.example/ews',
    'https://mail.corp.example/EWS/',
    'https://MAIL.corp.example/ews/exchange.asmx',
    'https://mail.corp.example/ews/services.wsdl',
  ])('makes %j whole', (link) => {
    expect(normaliseEwsLink(link)).toBe(FULL);
  });

  it('refuses one that is longer than a form takes, as Autodiscover could tell it', () => {
    expect(() => normaliseEwsLink(`https://mail.corp.example/${'/'.repeat(300_000)}x`)).toThrow(
      expect.objectContaining({
        failure: expect.objectContaining({ code: 'mailbox.link-not-allowed', vendorCode: 'NoUrl' }),
      }),
    );
  });

  it('keeps a port and a path of a proxy', () => {
    expect(normaliseEwsLink('mail.corp.example:8443')).toBe(
      'https://mail.corp.example:8443/EWS/Exchange.asmx',
    );
    expect(normaliseEwsLink('https://gate.corp.example/mail/EWS/Exchange.asmx')).toBe(
      'https://gate.corp.example/mail/EWS/Exchange.asmx',
    );
  });

  it.each([
    '',
    'not a link',
    'http://mail.corp.example',
    'ftp://mail.corp.example',
    'https://ann:pw@mail.corp.example/',
    'https://mail.corp.example/owa/',
    'https://mail.corp.example/ews?x=1',
    'http://127.0.0.1:8080/EWS/Exchange.asmx',
  ])('refuses %j', (link) => {
    expect(() => normaliseEwsLink(link)).toThrow('mailbox.link-not-allowed');
  });

  it.each(['outlook.office365.com', 'https://outlook.office.com/EWS/Exchange.asmx'])(
    'sends %j to Office 365',
    (link) => {
      expect(() => normaliseEwsLink(link)).toThrow('mailbox.use-office-365');
    },
  );

  it('lets http through to loopback only when asked to', () => {
    const rules = { allowLoopbackHttp: true };
    expect(normaliseEwsLink('http://127.0.0.1:8080', rules)).toBe('http://127.0.0.1:8080/EWS/Exchange.asmx');
    expect(() => normaliseEwsLink('http://10.0.0.1', rules)).toThrow('mailbox.link-not-allowed');
    expect(() => normaliseEwsLink('http://localhost.evil.example', rules)).toThrow(
      'mailbox.link-not-allowed',
    );
  });
});

describe('hosts inside the network', () => {
  it.each([
    '127.0.0.1',
    '10.1.2.3',
    '172.20.0.1',
    '192.168.1.1',
    '169.254.169.254',
    '0.0.0.0',
    '::1',
    'fd00::1',
    'fe80::1',
    '::ffff:10.0.0.1',
    '100.64.0.1',
    '255.255.255.255',
    '168.63.129.16',
    '::ffff:7f00:1',
    '::FFFF:0a00:0001',
    '0:0:0:0:0:ffff:c0a8:101',
    '::127.0.0.1',
    '::7f00:1',
    '64:ff9b::10.0.0.1',
    '64:ff9b::a9fe:a9fe',
    '64:ff9b:1::5db8:d822',
    '2002:7f00:1::',
    'fec0::1',
    'fd00:ec2::254',
    'fe80::1%eth0',
    'ff02::1',
    '::',
    'no address',
  ])('%s is inside', (address) => expect(isInnerAddress(address)).toBe(true));

  it.each([
    '93.184.216.34',
    '8.8.8.8',
    '2606:2800:220:1:248:1893:25c8:1946',
    '::ffff:93.184.216.34',
    '64:ff9b::5db8:d822',
  ])('%s is outside', (address) => expect(isInnerAddress(address)).toBe(false));

  it('refuses a name that resolves inside unless the operator lists it', async () => {
    const inner = async () => ['93.184.216.34', '10.0.0.5'];
    await expect(checkHost('mail.corp.example', { allowedHosts: [] }, inner)).rejects.toThrow(
      'mailbox.link-not-allowed',
    );
    await checkHost('mail.corp.example', { allowedHosts: ['*.corp.example'] }, inner);
    await expect(checkHost('[::1]', { allowedHosts: [] }, inner)).rejects.toThrow('mailbox.link-not-allowed');
  });

  it('compares listed hosts exactly, or below a star', () => {
    expect(isAllowedHost('Mail.Corp.Example', { allowedHosts: ['mail.corp.example'] })).toBe(true);
    expect(isAllowedHost('mail.corp.example.evil.example', { allowedHosts: ['mail.corp.example'] })).toBe(
      false,
    );
    expect(isAllowedHost('evilcorp.example', { allowedHosts: ['*.corp.example'] })).toBe(false);
  });

  it('says so through fetch, too', async () => {
    const http = createHttp({
      fetch: fetchOver(getGlobalDispatcher()),
      clock: { now: () => 0, sleep: () => new Promise(() => undefined) },
    });
    const dispatcher = createAgent({ lookup: connectingLookup({ allowedHosts: [] }) });
    const sent = http.send({ method: 'GET', url: 'https://localhost:8443/', operation: 'x', dispatcher });
    await expect(sent).rejects.toMatchObject({ failure: { code: 'mailbox.link-not-allowed' } });
    await dispatcher.destroy();
  });

  it('looks again at the moment of connecting', async () => {
    const outcome = await new Promise((resolve) => {
      connectingLookup({ allowedHosts: [] })('localhost', {}, (error) => resolve(error?.message));
    });
    expect(outcome).toContain('mailbox.link-not-allowed');
  });
});

describe('ranges that the operator lists', () => {
  const rules = { allowedHosts: ['10.1.0.0/16', 'fd00:1::/32', '10.9.0.0/99', 'mail.corp.example'] };
  const at = (address: string) => checkHost('some.name.example', rules, async () => [address]);

  it.each(['10.1.2.3', 'fd00:1::5', '::ffff:10.1.2.3', '64:ff9b::10.1.2.3'])(
    'let %s through',
    async (address) => {
      await at(address);
      expect(refuseInnerHost(rules)(address)).toBeNull();
    },
  );

  it.each(['10.2.0.1', 'fd00:2::5', '::ffff:10.2.0.1', '10.9.0.1', '127.0.0.1'])(
    'let nothing else through: %s',
    async (address) => {
      await expect(at(address)).rejects.toThrow('mailbox.link-not-allowed');
      expect(refuseInnerHost(rules)(address)).not.toBeNull();
    },
  );
});

describe('connecting', () => {
  const clock = { now: () => 0, sleep: () => new Promise<void>(() => undefined) };
  const http = createHttp({ fetch: fetchOver(getGlobalDispatcher()), clock });
  const refused = { failure: { code: 'mailbox.link-not-allowed', vendorCode: 'InnerAddress' } };

  async function withServer(work: (port: number, asked: () => number) => Promise<void>): Promise<void> {
    let asked = 0;
    const server = createServer((_request, response) => {
      asked += 1;
      response.writeHead(302, { location: 'http://127.0.0.1/elsewhere' }).end();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    try {
      await work((server.address() as AddressInfo).port, () => asked);
    } finally {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    }
  }

  /** A name that leads outside when it is checked and inside when it is connected to. */
  function rebinding(): {
    readonly resolve: () => Promise<string[]>;
    readonly lookUp: LookUpAll;
    looks(): number;
  } {
    let looks = 0;
    return {
      resolve: async () => ['93.184.216.34'],
      lookUp: (_name, _options, callback) => {
        looks += 1;
        callback(null, [{ address: '127.0.0.1', family: 4 }]);
      },
      looks: () => looks,
    };
  }

  it('refuses a name that resolves inside only the second time', () =>
    withServer(async (port, asked) => {
      const rules = { allowedHosts: [] };
      const { resolve, lookUp } = rebinding();
      await checkHost('rebind.example', rules, resolve);
      const dispatcher = createAgent({ lookup: connectingLookup(rules, lookUp) });
      const url = `http://rebind.example:${port}/`;
      await expect(http.send({ method: 'GET', url, operation: 'x', dispatcher })).rejects.toMatchObject(
        refused,
      );
      expect(asked()).toBe(0);
      await dispatcher.destroy();
    }));

  it('connects to the addresses that it has looked at, with one look-up', () =>
    withServer(async (port, asked) => {
      const { lookUp, looks } = rebinding();
      const dispatcher = createAgent({ lookup: connectingLookup({ allowedHosts: ['127.0.0.0/8'] }, lookUp) });
      const url = `http://rebind.example:${port}/`;
      const answer = await http.send({ method: 'GET', url, operation: 'x', dispatcher });
      await answer.discard();
      expect([answer.status, asked(), looks()]).toEqual([302, 1, 1]);
      await dispatcher.destroy();
    }));

  it('refuses an address that stands in the link, for which no name is looked up', () =>
    withServer(async (port, asked) => {
      const rules = { allowedHosts: [] };
      const dispatcher = createAgent({ lookup: connectingLookup(rules), refuse: refuseInnerHost(rules) });
      for (const host of ['127.0.0.1', '[::ffff:127.0.0.1]', '2130706433', '0x7f.1'])
        await expect(
          http.send({ method: 'GET', url: `http://${host}:${port}/`, operation: 'x', dispatcher }),
        ).rejects.toMatchObject(refused);
      expect(asked()).toBe(0);
      await dispatcher.destroy();
    }));

  it('follows no redirect, not even to the same host', () =>
    withServer(async (port, asked) => {
      const dispatcher = createAgent();
      const answer = await http.send({
        method: 'GET',
        url: `http://127.0.0.1:${port}/`,
        operation: 'x',
        dispatcher,
      });
      await answer.discard();
      expect([answer.status, asked()]).toEqual([302, 1]);
      await dispatcher.destroy();
    }));
});
