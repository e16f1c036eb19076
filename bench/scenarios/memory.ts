/**
 * Peak memory of the product's process by size of mailbox: it must not grow with it. Collections are forced while sampling, so that *live*
 * tells what is held and not how lazy the collector was.
 */
import { type MailServiceName, serviceWords } from '../../sandbox/cast.ts';
import { bytes, type Section } from '../report.ts';
import { openStage } from '../stage.ts';
import { createdIn } from './first-run.ts';

export async function measureMemory(
  service: MailServiceName,
  sizes: readonly number[],
  seed: number,
): Promise<Section> {
  const rows = [];
  for (const mails of sizes) {
    const stage = await openStage({ seed, service, collects: true });
    try {
      stage.deliver('all', mails);
      const run = await stage.run();
      const { rssPeakBytes, heapPeakBytes, livePeakBytes } = run.product;
      rows.push({
        what: `${mails} mails (${createdIn(run)} saved)`,
        counted: `live ${bytes(livePeakBytes ?? 0)}, heap with buffers ${bytes(heapPeakBytes)}, process ${bytes(rssPeakBytes)}`,
      });
    } finally {
      await stage.close();
    }
  }
  return {
    title: `${serviceWords[service]}: peak memory of the product by size of mailbox`,
    note: 'live: after a forced collection, sampled twice a second; process: resident, the most ever',
    rows,
  };
}
