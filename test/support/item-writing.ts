/** Items with every field, made, changed and read through a connector: what the tests of writing have in common. */
import type { Collection, Fields } from '../../src/model/collection.ts';
import type { ItemId } from '../../src/model/ids.ts';
import { sampleFields, titleField } from './field-samples.ts';
import { capabilityOf, create, good, type ItemsWorld, newItem, readNow } from './items-world.ts';

export const specsOf = (world: ItemsWorld, collection: Collection) => capabilityOf(world, collection).fields;

/** An ordinary item, with a title of its own. */
export function ordinary(world: ItemsWorld, collection: Collection, title: string, which: 0 | 1 = 0): Fields {
  const fields = sampleFields(collection, specsOf(world, collection), world.now(), which);
  return { ...fields, [titleField[collection]]: title };
}

/** Makes an item whose fields are the samples but those named, and gives what is read of them. */
export async function written(world: ItemsWorld, collection: Collection, title: string, fields: Fields) {
  const item = newItem(`stamp of ${title}`, { ...ordinary(world, collection, title), ...fields });
  const { itemId } = await create(world, collection, item);
  return (await readNow(world, collection, itemId)).fields;
}

export async function update(world: ItemsWorld, collection: Collection, itemId: ItemId, fields: Fields) {
  const { version } = await readNow(world, collection, itemId);
  const [result] = good(await world.mail.items.updateItems(collection, [{ itemId, version, fields }]));
  return result?.version ?? '';
}
