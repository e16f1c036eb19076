/**
 * Standard fields of accounts, contacts, leads and users, in the notation of `notation.ts`. Facts of the platform as its
 * Object Reference states them; fields that no sync reads are left out.
 */
import type { ObjectNotation } from './notation.ts';

export const user: ObjectNotation = {
  name: 'User',
  keyPrefix: '005',
  label: 'User',
  labelPlural: 'Users',
  abilities: 'cudx',
  fields: `
    Id id fsgdi
    CreatedDate datetime fsd
    CreatedById reference fsgd > User as CreatedBy
    LastModifiedDate datetime fsd
    LastModifiedById reference fsgd > User as LastModifiedBy
    SystemModstamp datetime fsd
    Username string(80) cufsgi
    LastName string(80) cufsg
    FirstName string(40) cufsgn
    Name string(121) fsgm
    CompanyName string(80) cufsgn
    Division string(80) cufsgn
    Department string(80) cufsgn
    Title string(80) cufsgn
    Street textarea(255) cufsgn
    City string(40) cufsgn
    State string(80) cufsgn
    PostalCode string(20) cufsgn
    Country string(80) cufsgn
    Email email(128) cufsgi
    SenderEmail email(80) cufsgn
    SenderName string(80) cufsgn
    Phone phone(40) cufsgn
    MobilePhone phone(40) cufsgn
    Alias string(8) cufsg
    CommunityNickname string(40) cufsg
    IsActive boolean cufsgd
    TimeZoneSidKey picklist(40) cufsgr
    UserRoleId reference cufsgn > UserRole as UserRole
    LocaleSidKey picklist(40) cufsgr
    EmailEncodingKey picklist(40) cufsgr
    ProfileId reference cufsg > Profile as Profile
    UserType picklist(40) fsgnr
    LanguageLocaleKey picklist(40) cufsgr
    EmployeeNumber string(20) cufsgn
    ManagerId reference cufsgn > User as Manager
    LastLoginDate datetime fsn
    FederationIdentifier string(512) cufsgn
    ContactId reference cfsgn > Contact as Contact
    AccountId reference fsgn > Account as Account
  `,
};

export const account: ObjectNotation = {
  name: 'Account',
  keyPrefix: '001',
  label: 'Account',
  labelPlural: 'Accounts',
  abilities: 'cudnlfmx',
  fields: `
    Id id fsgdi
    IsDeleted boolean fsgd
    Name string(255) cufsgm
    Type picklist(40) cufsgn [Prospect;Customer - Direct;Customer - Channel;Channel Partner / Reseller;Installation Partner;Technology Partner;Other]
    ParentId reference cufsgn > Account as Parent < ChildAccounts
    BillingStreet textarea(255) cufsgn
    BillingCity string(40) cufsgn
    BillingState string(80) cufsgn
    BillingPostalCode string(20) cufsgn
    BillingCountry string(80) cufsgn
    BillingAddress address fn
    ShippingStreet textarea(255) cufsgn
    ShippingCity string(40) cufsgn
    ShippingState string(80) cufsgn
    ShippingPostalCode string(20) cufsgn
    ShippingCountry string(80) cufsgn
    ShippingAddress address fn
    Phone phone(40) cufsgn
    Fax phone(40) cufsgn
    AccountNumber string(40) cufsgn
    Website url(255) cufsgn
    PhotoUrl url(255) fsgn
    Sic string(20) cufsgn
    Industry picklist(40) cufsgn [Agriculture;Apparel;Banking;Biotechnology;Chemicals;Communications;Construction;Consulting;Education;Electronics;Energy;Engineering;Entertainment;Environmental;Finance;Food & Beverage]
    AnnualRevenue currency(18,0) cufsn
    NumberOfEmployees int cufsgn
    Description textarea(32000) cun
    Rating picklist(40) cufsgn [Hot;Warm;Cold]
    OwnerId reference cufsgd > User as Owner
    CreatedDate datetime fsd
    CreatedById reference fsgd > User as CreatedBy
    LastModifiedDate datetime fsd
    LastModifiedById reference fsgd > User as LastModifiedBy
    SystemModstamp datetime fsd
    LastActivityDate date fsgn
    LastViewedDate datetime fsn
    LastReferencedDate datetime fsn
    CleanStatus picklist(40) cufsgnr [Matched;Different;Acknowledged;NotFound;Inactive;Pending;SelectMatch;Skipped]
    AccountSource picklist(40) cufsgn [Web;Phone Inquiry;Partner Referral;Purchased List;Other]
  `,
};

export const contact: ObjectNotation = {
  name: 'Contact',
  keyPrefix: '003',
  label: 'Contact',
  labelPlural: 'Contacts',
  abilities: 'cudnlfmx',
  fields: `
    Id id fsgdi
    IsDeleted boolean fsgd
    AccountId reference cufsgn > Account as Account < Contacts
    LastName string(80) cufsg
    FirstName string(40) cufsgn
    Salutation picklist(40) cufsgn [Mr.;Ms.;Mrs.;Dr.;Prof.]
    Name string(121) fsgm
    OtherStreet textarea(255) cufsgn
    OtherCity string(40) cufsgn
    OtherState string(80) cufsgn
    OtherPostalCode string(20) cufsgn
    OtherCountry string(80) cufsgn
    OtherAddress address fn
    MailingStreet textarea(255) cufsgn
    MailingCity string(40) cufsgn
    MailingState string(80) cufsgn
    MailingPostalCode string(20) cufsgn
    MailingCountry string(80) cufsgn
    MailingAddress address fn
    Phone phone(40) cufsgn
    Fax phone(40) cufsgn
    MobilePhone phone(40) cufsgn
    HomePhone phone(40) cufsgn
    OtherPhone phone(40) cufsgn
    AssistantPhone phone(40) cufsgn
    ReportsToId reference cufsgn > Contact as ReportsTo
    Email email(80) cufsgni
    Title string(128) cufsgn
    Department string(80) cufsgn
    AssistantName string(40) cufsgn
    LeadSource picklist(255) cufsgn [Web;Phone Inquiry;Partner Referral;Purchased List;Other]
    Birthdate date cufsgn
    Description textarea(32000) cun
    OwnerId reference cufsgd > User as Owner
    CreatedDate datetime fsd
    CreatedById reference fsgd > User as CreatedBy
    LastModifiedDate datetime fsd
    LastModifiedById reference fsgd > User as LastModifiedBy
    SystemModstamp datetime fsd
    LastActivityDate date fsgn
    LastCURequestDate datetime fsn
    LastCUUpdateDate datetime fsn
    LastViewedDate datetime fsn
    LastReferencedDate datetime fsn
    EmailBouncedReason string(255) cufsgn
    EmailBouncedDate datetime cufsn
    IsEmailBounced boolean fsgd
  `,
};

export const lead: ObjectNotation = {
  name: 'Lead',
  keyPrefix: '00Q',
  label: 'Lead',
  labelPlural: 'Leads',
  abilities: 'cudnlfmx',
  fields: `
    Id id fsgdi
    IsDeleted boolean fsgd
    LastName string(80) cufsg
    FirstName string(40) cufsgn
    Salutation picklist(40) cufsgn [Mr.;Ms.;Mrs.;Dr.;Prof.;Mx.]
    Name string(121) fsgm
    Title string(128) cufsgn
    Company string(255) cufsg
    Street textarea(255) cufsgn
    City string(40) cufsgn
    State string(80) cufsgn
    PostalCode string(20) cufsgn
    Country string(80) cufsgn
    Address address fn
    Phone phone(40) cufsgn
    MobilePhone phone(40) cufsgn
    Fax phone(40) cufsgn
    Email email(80) cufsgni
    Website url(255) cufsgn
    Description textarea(32000) cun
    LeadSource picklist(255) cufsgn [Web;Phone Inquiry;Partner Referral;Purchased List;Other]
    Status picklist(255) cufsgd [Open - Not Contacted;Working - Contacted;Closed - Converted;Closed - Not Converted] = Open - Not Contacted
    Industry picklist(255) cufsgn [Agriculture;Apparel;Banking;Biotechnology;Chemicals;Communications;Construction;Consulting;Education;Electronics;Energy;Engineering;Entertainment;Environmental;Finance;Food & Beverage]
    Rating picklist(255) cufsgn [Hot;Warm;Cold]
    AnnualRevenue currency(18,0) cufsn
    NumberOfEmployees int cufsgn
    OwnerId reference cufsgdp > Group|User as Owner
    IsConverted boolean cfsgd
    ConvertedDate date fsgn
    ConvertedAccountId reference fsgn > Account as ConvertedAccount
    ConvertedContactId reference fsgn > Contact as ConvertedContact
    ConvertedOpportunityId reference fsgn > Opportunity as ConvertedOpportunity
    IsUnreadByOwner boolean cufsgd
    CreatedDate datetime fsd
    CreatedById reference fsgd > User as CreatedBy
    LastModifiedDate datetime fsd
    LastModifiedById reference fsgd > User as LastModifiedBy
    SystemModstamp datetime fsd
    LastActivityDate date fsgn
    LastViewedDate datetime fsn
    LastReferencedDate datetime fsn
    EmailBouncedReason string(255) ufsgn
    EmailBouncedDate datetime ufsn
  `,
};
