/** Which settings are in force (G3): layers from defaults to the person, what is forced, and what is the organization's alone. */
import { describe, expect, test } from 'vitest';
import {
  type AdminLayer,
  defaultSettings,
  effectiveSettings,
  emptyLayer,
  lockOf,
  organizationSettings,
  type SettingsLayers,
} from './settings.ts';

const preset = (layer: Partial<AdminLayer>): SettingsLayers['preset'] => ({
  ...emptyLayer,
  name: 'Sales',
  ...layer,
});
const inForce = (layers: Partial<SettingsLayers>) =>
  effectiveSettings({ organization: emptyLayer, preset: null, user: {}, ...layers });

describe('the settings in force', () => {
  test('are the defaults where nobody chose', () => {
    expect(inForce({})).toEqual(defaultSettings);
  });

  test('are the nearest layer’s: the person before the preset, the preset before the organization', () => {
    const organization = { settings: { windowDays: 1, taskDaysBack: 1, eventDaysBack: 1 }, forced: [] };
    const layers = {
      organization,
      preset: preset({ settings: { windowDays: 2, taskDaysBack: 2 } }),
      user: { windowDays: 3 },
    };
    expect(inForce(layers)).toMatchObject({ windowDays: 3, taskDaysBack: 2, eventDaysBack: 1 });
  });

  test('of a layer that forces one hold below it, and the others stay free', () => {
    const organization = { settings: { windowDays: 1 }, forced: ['windowDays'] } as const;
    const below = {
      preset: preset({
        settings: { windowDays: 2, taskDaysBack: 2, eventDaysBack: 2 },
        forced: ['taskDaysBack'],
      }),
      user: { windowDays: 3, taskDaysBack: 3, eventDaysBack: 3 },
    };
    expect(inForce({ organization, ...below })).toMatchObject({
      windowDays: 1,
      taskDaysBack: 2,
      eventDaysBack: 3,
    });
  });

  test('that are forced without a choice are the defaults', () => {
    const organization = { settings: {}, forced: ['windowDays'] } as const;
    expect(inForce({ organization, user: { windowDays: 99 } }).windowDays).toBe(defaultSettings.windowDays);
  });

  test('have the lists of all layers joined, each entry once', () => {
    const of = (...entries: string[]) => ({
      blocklist: entries,
      internalDomains: entries.map((one) => `i.${one}`),
    });
    const layers = {
      organization: { settings: of('a', 'b'), forced: [] },
      preset: preset({ settings: of('b', 'c') }),
      user: of('d', 'a'),
    };
    expect(inForce(layers)).toMatchObject({
      blocklist: ['a', 'b', 'c', 'd'],
      internalDomains: ['i.a', 'i.b', 'i.c', 'i.d'],
    });
  });

  test('that are the organization’s alone are taken from no layer below', () => {
    const other = {
      apiShareMax: 0.1,
      deletionsMax: 1,
      deletionShareMax: 0.1,
      notifyAddresses: ['x@y.example'],
    };
    expect(inForce({ preset: preset({ settings: other }), user: other })).toEqual(defaultSettings);
    expect(inForce({ organization: { settings: other, forced: [] } })).toMatchObject(other);
  });
});

describe('a person may not change', () => {
  const free = { organization: emptyLayer, preset: null };
  test('what is the organization’s alone', () => {
    for (const name of organizationSettings) expect(lockOf(free, name)).toEqual({ by: 'organization' });
  });

  test('what a layer above forces, and is told which; the organization is named first', () => {
    const organization = { settings: {}, forced: ['windowDays'] } as const;
    const sales = preset({ forced: ['windowDays', 'taskDaysBack'] });
    expect(lockOf({ organization, preset: sales }, 'windowDays')).toEqual({ by: 'organization' });
    expect(lockOf({ organization, preset: sales }, 'taskDaysBack')).toEqual({ by: 'preset', name: 'Sales' });
    expect(lockOf({ organization, preset: sales }, 'eventDaysBack')).toBeNull();
    expect(lockOf(free, 'windowDays')).toBeNull();
  });
});
