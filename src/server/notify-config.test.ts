import { describe, expect, test } from 'vitest';
import { readSmtp } from './notify-config.ts';

function read(environment: Record<string, string>) {
  const faults: string[] = [];
  return { smtp: readSmtp(environment, ['PEM'], faults), faults };
}

const FROM = { SMTP_FROM: 'Lockstep <lockstep@acme.example>' };

describe('the mail server', () => {
  test('is none where nothing is set', () => {
    expect(read({})).toEqual({ smtp: null, faults: [] });
  });

  test('is asked for STARTTLS at the submission port, or spoken to in TLS from the first byte', () => {
    expect(read({ ...FROM, SMTP_URL: 'smtp://mail.acme.example' }).smtp).toEqual({
      host: 'mail.acme.example',
      port: 587,
      implicitTls: false,
      isLoopback: false,
      auth: null,
      from: FROM.SMTP_FROM,
      extraCa: ['PEM'],
    });
    expect(read({ ...FROM, SMTP_URL: 'smtps://mail.acme.example/' }).smtp).toMatchObject({
      port: 465,
      implicitTls: true,
    });
  });

  test('gets user and password decoded', () => {
    const { smtp } = read({ ...FROM, SMTP_URL: 'smtp://me%40acme.example:p%3Aw%2F@mail.acme.example:2525' });
    expect(smtp).toMatchObject({ port: 2525, auth: { user: 'me@acme.example', pass: 'p:w/' } });
  });

  test('is known to be this machine by its name', () => {
    for (const host of ['localhost', '127.0.0.1', '[::1]'])
      expect(read({ ...FROM, SMTP_URL: `smtp://${host}:2525` }).smtp?.isLoopback).toBe(true);
    expect(read({ ...FROM, SMTP_URL: 'smtp://localhost.acme.example' }).smtp?.isLoopback).toBe(false);
  });

  test.each([
    ['http://mail.acme.example', 'SMTP_URL'],
    ['mail.acme.example:587', 'SMTP_URL'],
    ['smtp://mail.acme.example/?pool=true', 'SMTP_URL'],
    ['', 'SMTP_URL'],
    ['smtp://me:100%@mail.acme.example', 'SMTP_URL'],
  ])('%s is a fault that names %s and not the password', (url, name) => {
    const { faults } = read({ ...FROM, SMTP_URL: url });
    expect(faults).toHaveLength(1);
    expect(faults[0]).toContain(name);
    expect(faults[0]).not.toContain('100');
  });

  test.each(['', 'Lockstep', 'a@b\r\nBcc: c@d.example', 'Lockstep <x>'])(
    'a sender like %j is a fault',
    (from) => {
      expect(read({ SMTP_URL: 'smtp://mail.acme.example', SMTP_FROM: from }).faults).toEqual([
        'SMTP_FROM must be an address, as in Lockstep <lockstep@acme.com>.',
      ]);
    },
  );
});
