/** The four provisioning modes (M9) in plain words: who opens mailbox and Salesforce, and what the person does himself. Pure. */

export interface ProvisioningMode {
  readonly title: string;
  /** What a person of the profile must do. */
  readonly about: string;
}

/** By whether each side is reached through an access of the company. */
export function provisioningMode(mailbox: boolean, crm: boolean): ProvisioningMode {
  if (mailbox && crm) {
    return {
      title: 'Mailbox and Salesforce by the company',
      about: 'People need do nothing: both sides are opened through the company’s accesses.',
    };
  }
  if (mailbox) {
    return {
      title: 'Mailbox by the company, Salesforce by each person',
      about: 'Each person logs in with Salesforce once; his mailbox is then synced without a question.',
    };
  }
  if (crm) {
    return {
      title: 'Salesforce by the company, mailbox by each person',
      about: 'Each person connects his own mailbox; Salesforce is written to through the company’s access.',
    };
  }
  return {
    title: 'Each person for himself',
    about: 'Each person logs in with Salesforce and connects his own mailbox.',
  };
}
