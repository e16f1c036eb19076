import { expect, test } from 'vitest';
import { emptyLicense, findLicenseErrors, licenseFormOf, sayRhythm } from './license-draft.ts';

test('a license needs a name and whole minutes of at most a day', () => {
  expect(findLicenseErrors({ ...emptyLicense, intervalMinutes: '1441' })).toEqual({
    name: 'Give it a name.',
    intervalMinutes: 'Enter whole minutes from 1 to 1440.',
  });
  expect(findLicenseErrors({ ...emptyLicense, name: 'Office' })).toEqual({});
});

test('what is typed becomes what is sent', () => {
  expect(licenseFormOf({ name: ' Office ', intervalMinutes: '45', pattern: 'adaptive' })).toEqual({
    name: 'Office',
    intervalMinutes: 45,
    pattern: 'adaptive',
  });
});

test('the rhythm is said in minutes', () => {
  expect(sayRhythm({ name: 'A', intervalMinutes: 30, pattern: 'fixed' })).toBe('every 30 minutes');
  expect(sayRhythm({ name: 'A', intervalMinutes: 30, pattern: 'adaptive' })).toBe(
    'every 30 minutes; 60, then 120 while nothing changes',
  );
});
