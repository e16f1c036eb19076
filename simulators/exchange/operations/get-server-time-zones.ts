/** GetServerTimeZones: all zones Windows names, or those asked for, with their rules when full data is asked for. */
import { answerBatch } from '../batch.ts';
import type { Operation } from '../world.ts';
import { child } from '../xml-tree.ts';
import { element } from '../xml-writer.ts';
import { WINDOWS_ZONES } from '../zones/windows-zones.ts';
import { findZone } from '../zones/zone.ts';
import { writeZone } from '../zones/zone-xml.ts';

export const getServerTimeZones: Operation = async (call) =>
  answerBatch(call, [call.request], () => {
    const wanted = child(call.request, 'Ids')?.children.map((node) => node.text.trim());
    const isFull = call.request.attributes.ReturnFullTimeZoneData !== 'false';
    const year = new Date(call.world.now()).getUTCFullYear();
    const ids = [...WINDOWS_ZONES.keys()].filter((id) => wanted === undefined || wanted.includes(id));
    const zones = ids.flatMap((id) => findZone(id) ?? []);
    return element(
      'm:TimeZoneDefinitions',
      {},
      ...zones.map((zone) => writeZone('t:TimeZoneDefinition', zone, year, isFull)),
    );
  });
