/**
 * Events, contacts or tasks of one mailbox, both ways: the first run, a run with a few changes on each side, idle runs. Beside the product's counts stand the
 * theoretical minimum and what the vendors' own clients ask of the same simulators for the same work.
 */
import { type MailServiceName, serviceWords } from '../../sandbox/cast.ts';
import {
  addRecords,
  type BenchCollection,
  type BenchItem,
  benchItem,
  bytesOf,
  changeRecord,
  type MailboxHands,
  mailboxHands,
  userIdOf,
} from '../items.ts';
import { idleMinimum } from '../minimum.ts';
import {
  type BothWays,
  idleItemsMinimum,
  mailboxItemsMinimum,
  recordsMinimum,
  statementsMinimum,
} from '../minimum-items.ts';
import { besideRows, productRows, type Row, type Section } from '../report.ts';
import { type Measurement, openStage, type SideTraffic, type Stage } from '../stage.ts';
import { openVendorStage, type VendorStage } from '../vendors/vendor-stage.ts';

export const ITEMS_EACH_WAY = 100;
const CHANGES_EACH_WAY = 10;
const IDLE_RUNS = 20;
/** Runs until nothing of the last writes is looked at again. */
const REST_RUNS = 3;
const REST_MS = 15 * 60_000;

/** What both the product's stage and the vendors' clients are put on. */
interface Played {
  readonly mail: SideTraffic;
  readonly salesforce: SideTraffic;
}

interface Step {
  readonly name: string;
  readonly ways: BothWays;
  /** Bytes of values that have to travel to the mailbox, and from it. */
  readonly bytes: number;
  readonly product: Measurement;
  readonly vendor: Played;
  readonly runs: number;
}

export async function measureItems(
  service: MailServiceName,
  collection: BenchCollection,
  each: number,
  seed: number,
): Promise<readonly Section[]> {
  const stage = await openStage({ seed, service, collections: [collection] });
  const vendor = await openVendorStage({ seed, service, collection });
  try {
    const scenes = [new Scene(stage, collection), new Scene(vendor, collection)];
    for (const scene of scenes) scene.fill(each);
    const steps: Step[] = [];
    const bytes = scenes[0]?.bytes ?? 0;
    const ways = { up: each, down: each };
    steps.push({
      name: `first run, ${each} each way`,
      ways,
      bytes,
      product: await stage.run(),
      vendor: await vendor.first(),
      runs: 1,
    });
    await rest(stage, vendor);
    steps.push({
      name: 'idle run, nothing changed',
      ways: { up: 0, down: 0 },
      bytes: 0,
      product: await stage.run(IDLE_RUNS),
      vendor: await vendor.again(IDLE_RUNS),
      runs: IDLE_RUNS,
    });
    const few = Math.min(CHANGES_EACH_WAY, each);
    const changed = scenes.map((scene) => scene.change(few));
    steps.push({
      name: `${few} changed on each side`,
      ways: { up: few, down: few },
      bytes: changed[0] ?? 0,
      product: await stage.run(),
      vendor: await vendor.again(1),
      runs: 1,
    });
    return steps.map((step) => sectionOf(service, collection, step));
  } finally {
    await vendor.close();
    await stage.close();
  }
}

async function rest(stage: Stage, vendor: VendorStage): Promise<void> {
  for (let run = 0; run < REST_RUNS; run += 1) {
    await stage.leap(REST_MS);
    await stage.run();
    await vendor.again(1);
  }
}

/** The same things in two worlds: made and changed by people in the mailbox and in Salesforce. */
class Scene {
  readonly #stage: Pick<Stage, 'services' | 'owner' | 'now'>;
  readonly #collection: BenchCollection;
  readonly #hands: MailboxHands;
  readonly #items: string[] = [];
  readonly #records: string[] = [];
  bytes = 0;

  constructor(stage: Pick<Stage, 'services' | 'owner' | 'now'>, collection: BenchCollection) {
    this.#stage = stage;
    this.#collection = collection;
    this.#hands = mailboxHands(stage.services, stage.owner);
  }

  fill(each: number): void {
    const { services, owner } = this.#stage;
    for (let at = 0; at < each; at += 1)
      this.#items.push(this.#hands.add(this.#collection, this.#draw('mailbox', at, 0)));
    const records = Array.from({ length: each }, (_, at) => this.#draw('salesforce', at, 0));
    this.#records.push(...addRecords(services, userIdOf(services, owner), this.#collection, records));
  }

  /** Changes the first `count` of those that began on each side, where they began; gives the bytes of what changed. */
  change(count: number): number {
    this.bytes = 0;
    for (let at = 0; at < count; at += 1) {
      const [item, record] = [this.#draw('mailbox', at, 1), this.#draw('salesforce', at, 1)];
      this.#hands.change(this.#collection, this.#items[at] ?? '', item);
      changeRecord(this.#stage.services, this.#collection, this.#records[at] ?? '', record);
    }
    return count * 2 * Buffer.byteLength(this.#draw('mailbox', 0, 1).line);
  }

  #draw(side: 'mailbox' | 'salesforce', at: number, version: number): BenchItem {
    const item = benchItem(this.#collection, side, at, this.#stage.now(), version);
    this.bytes += bytesOf(this.#collection, item);
    return item;
  }
}

function sectionOf(service: MailServiceName, collection: BenchCollection, step: Step): Section {
  const { ways, product, vendor, runs, bytes } = step;
  const isIdle = ways.up + ways.down === 0;
  const mailLeast = mailboxItemsMinimum(service, collection, ways);
  const idle = idleItemsMinimum[service];
  const crmLeast = isIdle ? idleMinimum.salesforce : recordsMinimum(ways);
  const pages = isIdle ? 0 : 2;
  const moved = ways.up + ways.down;
  return {
    title: `${serviceWords[service]}: ${collection}, ${step.name}`,
    ...(runs > 1 ? { note: `averages of ${runs} runs` } : {}),
    rows: [
      ...besideRows(serviceWords[service], product.mail, vendor.mail, {
        runs,
        bytes,
        least: isIdle ? idle : mailLeast,
      }),
      ...besideRows('Salesforce', product.salesforce, vendor.salesforce, { runs, bytes, least: crmLeast }),
      ...productRows(product, runs, statementsMinimum(pages)),
      ...perItem(product, moved),
    ],
  };
}

function perItem({ product }: Measurement, moved: number): readonly Row[] {
  return moved === 0
    ? []
    : [{ what: 'CPU per item that moved', counted: `${(product.cpuMs / moved).toFixed(2)} ms` }];
}
