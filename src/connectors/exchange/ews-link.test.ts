import { fetch as undiciFetch } from 'undici';
import { describe, expect, it } from 'vitest';
import { createAgent, createHttp, type Fetch } from '../http.ts';
import { checkHost, connectingLookup, isAllowedHost, isInnerAddress, normaliseEwsLink } from './ews-link.ts';

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
  ])('%s is inside', (address) => expect(isInnerAddress(address)).toBe(true));

  it.each(['93.184.216.34', '8.8.8.8', '2606:2800:220:1:248:1893:25c8:1946'])('%s is outside', (address) =>
    expect(isInnerAddress(address)).toBe(false),
  );

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
      fetch: undiciFetch as Fetch,
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
