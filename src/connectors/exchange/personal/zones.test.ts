import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readXmlText } from '../soap.ts';
import { endDate, midnightOf, NO_ZONE, nearestDate, readZone, startDate, zoneNamed } from './zones.ts';

const CUSTOM =
  '<StartTimeZone Id="Customized Time Zone" Name="Mine"><Periods><Period Bias="-PT13H" Name="Daylight" Id="d"/>' +
  '<Period Bias="-P0DT12H0M0.0S" Name="Standard" Id="s"/></Periods></StartTimeZone>';

describe('zones', () => {
  it.each([
    ['W. Europe Standard Time', '2026-07-01', '2026-06-30T22:00:00Z'],
    ['UTC', '2026-07-01', '2026-07-01T00:00:00Z'],
    ['tzone://Microsoft/Utc', '2026-07-01', '2026-07-01T00:00:00Z'],
    ['Europe/Berlin', '2026-01-01', '2025-12-31T23:00:00Z'],
    ['Nepal Standard Time', '2026-01-01', '2025-12-31T18:15:00Z'],
    // There is no midnight on this day in Cairo: the day begins at one o'clock.
    ['Egypt Standard Time', '2026-04-24', '2026-04-23T22:00:00Z'],
  ])('of %s begin a day at its midnight', (name, date, instant) => {
    const zone = zoneNamed(name);
    const at = Date.parse(instant);
    expect(midnightOf(date, zone)).toBe(at);
    expect([startDate(at, zone), endDate(at, zone)]).toEqual([date, date]);
  });

  it.each(['', 'Customized Time Zone', 'tzone://Microsoft/Custom', 'No/Such', '(UTC+01:00) Amsterdam'])(
    'of the name %j have no clocks of their own',
    (name) => {
      expect(midnightOf('2026-01-01', zoneNamed(name))).toBeNull();
    },
  );

  it.each([
    ['2025-12-31T11:00:00Z', '2026-01-01'],
    ['2026-06-30T12:00:00Z', '2026-07-01'],
  ])('that a definition alone describes tell the date of %s', async (instant, date) => {
    const zone = readZone(await readXmlText(CUSTOM));
    expect(zone.offsets).toEqual([13 * 3_600_000, 12 * 3_600_000]);
    expect([startDate(Date.parse(instant), zone), endDate(Date.parse(instant), zone)]).toEqual([date, date]);
  });

  it('that are not told at all take a midnight for what it must be', () => {
    for (const [instant, date] of [
      ['2025-12-31T23:00:00Z', '2026-01-01'],
      ['2026-01-01T08:00:00Z', '2026-01-01'],
      ['2025-12-31T12:00:00Z', '2026-01-01'],
    ] as const)
      expect(startDate(Date.parse(instant), NO_ZONE)).toBe(date);
  });

  it('give whole days back for any date and any zone that Windows knows', () => {
    const names = ['Hawaiian', 'Eastern', 'E. South America', 'GMT', 'Iran', 'India', 'AUS Eastern', 'Tonga'];
    const day = fc
      .integer({ min: 0, max: 40_000 })
      .map((at) => new Date(at * 86_400_000).toISOString().slice(0, 10));
    fc.assert(
      fc.property(day, fc.constantFrom(...names), (date, name) => {
        const zone = zoneNamed(`${name} Standard Time`);
        const at = midnightOf(date, zone) ?? Number.NaN;
        return startDate(at, zone) === date && endDate(at, zone) === date;
      }),
      { seed: 20_261_128, numRuns: 300 },
    );
  });

  it.each([
    ['2026-03-29T00:00:00Z', '2026-03-29'],
    ['2026-03-28T22:00:00Z', '2026-03-29'],
    ['2026-03-29T11:59:00Z', '2026-03-29'],
  ])('do not move the date %s', (instant, date) => {
    expect(nearestDate(Date.parse(instant))).toBe(date);
  });
});
