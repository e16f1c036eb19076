/** The connector of Office 365 passes the contract of events, contacts and tasks on its simulator. */
import { openOffice365Items } from '../support/office365-items-world.ts';
import { runItemsContract } from './mail-items-two-way.contract.ts';

runItemsContract({
  name: 'Office 365',
  open: () => openOffice365Items(),
  skip: [
    {
      reason: 'The simulator has no trouble for a single item that is called by its title.',
      tests: ['damaged events wait alone', 'damaged contacts wait alone', 'damaged tasks wait alone'],
    },
  ],
});
