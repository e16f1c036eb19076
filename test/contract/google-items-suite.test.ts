/** The connector of Google passes the contract of events, contacts and tasks on its simulator. */
import { openGoogleItems } from '../support/google-items-world.ts';
import { runItemsContract } from './mail-items-two-way.contract.ts';

runItemsContract({
  name: 'Google',
  open: () => openGoogleItems(),
  skip: [
    {
      reason: 'The simulator has no trouble for a single item that is called by its title.',
      tests: ['damaged events wait alone', 'damaged contacts wait alone', 'damaged tasks wait alone'],
    },
    {
      reason: 'Lists of tasks are read by their time of change; nothing of them expires.',
      tests: ['a forgotten cursor of tasks expires, and a reading anew tells everything'],
    },
  ],
});
