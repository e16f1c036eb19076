/** The connector of Salesforce passes the CRM's contract of events, contacts and tasks on its simulator. */
import { openSalesforceRecords } from '../support/salesforce-records-world.ts';
import { runRecordsContract } from './crm-two-way.contract.ts';

runRecordsContract({
  name: 'Salesforce',
  open: () =>
    openSalesforceRecords({
      listView: (simulator, label, beginning) =>
        simulator.addListView({ object: 'Contact', label, where: `LastName LIKE '${beginning}%'` }),
    }),
  skip: [
    {
      reason: 'Salesforce is asked by times: it knows no cursor that it could forget.',
      tests: ['a cursor that is no longer known expires, and a reading anew tells everything'],
    },
  ],
});

runRecordsContract({
  name: 'Salesforce without the field for the own key',
  open: () => openSalesforceRecords({ keyField: false }),
  skip: [
    {
      reason: 'Salesforce is asked by times: it knows no cursor that it could forget.',
      tests: ['a cursor that is no longer known expires, and a reading anew tells everything'],
    },
  ],
});
