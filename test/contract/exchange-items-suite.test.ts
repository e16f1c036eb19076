/** The connector of Exchange passes the contract of events, contacts and tasks on its simulator. */
import { openExchangeItems } from '../support/exchange-items-world.ts';
import { runItemsContract } from './mail-items-two-way.contract.ts';

runItemsContract({
  name: 'Exchange',
  open: () => openExchangeItems(),
  skip: [
    {
      reason: 'The simulator has no trouble for a single item that is called by its title.',
      tests: ['damaged events wait alone', 'damaged contacts wait alone', 'damaged tasks wait alone'],
    },
  ],
});
