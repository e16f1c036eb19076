/**
 * Standard fields of opportunities, their contact roles and cases, in the notation of `notation.ts`. Facts of the platform as its
 * Object Reference states them; fields that no sync reads are left out.
 */
import type { ObjectNotation } from './notation.ts';

export const opportunity: ObjectNotation = {
  name: 'Opportunity',
  keyPrefix: '006',
  label: 'Opportunity',
  labelPlural: 'Opportunities',
  abilities: 'cudnlfmx',
  fields: `
    Id id fsgdi
    IsDeleted boolean fsgd
    AccountId reference cufsgn > Account as Account < Opportunities
    IsPrivate boolean cufsgd
    Name string(120) cufsgim
    Description textarea(32000) cun
    StageName picklist(255) cufsg [Prospecting;Qualification;Needs Analysis;Value Proposition;Id. Decision Makers;Perception Analysis;Proposal/Price Quote;Negotiation/Review;Closed Won;Closed Lost]
    Amount currency(18,2) cufsn
    Probability percent(3,0) cufsnd
    ExpectedRevenue currency(18,2) fsn
    TotalOpportunityQuantity double(18,2) cufsn
    CloseDate date cufsg
    Type picklist(255) cufsgn [Existing Customer - Upgrade;Existing Customer - Replacement;Existing Customer - Downgrade;New Customer]
    NextStep string(255) cufsgn
    LeadSource picklist(255) cufsgn [Web;Phone Inquiry;Partner Referral;Purchased List;Other]
    IsClosed boolean fsgd
    IsWon boolean fsgd
    ForecastCategory picklist(40) fsgr [Omitted;Pipeline;BestCase;MostLikely;Forecast;Closed]
    ForecastCategoryName picklist(255) cufsgndr [Omitted;Pipeline;Best Case;Commit;Closed]
    HasOpportunityLineItem boolean fsgd
    OwnerId reference cufsgd > User as Owner
    CreatedDate datetime fsd
    CreatedById reference fsgd > User as CreatedBy
    LastModifiedDate datetime fsd
    LastModifiedById reference fsgd > User as LastModifiedBy
    SystemModstamp datetime fsd
    LastActivityDate date fsgn
    LastStageChangeDate datetime fsn
    LastViewedDate datetime fsn
    LastReferencedDate datetime fsn
  `,
};

export const opportunityContactRole: ObjectNotation = {
  name: 'OpportunityContactRole',
  keyPrefix: '00K',
  label: 'Opportunity Contact Role',
  labelPlural: 'Opportunity Contact Role',
  abilities: 'cudl',
  fields: `
    Id id fsgdi
    OpportunityId reference cfsg > Opportunity as Opportunity < OpportunityContactRoles
    ContactId reference cufsg > Contact as Contact < OpportunityContactRoles
    Role picklist(40) cufsgn [Business User;Decision Maker;Economic Buyer;Economic Decision Maker;Evaluator;Executive Sponsor;Influencer;Technical Buyer;Other]
    IsPrimary boolean cufsgd
    CreatedDate datetime fsd
    CreatedById reference fsgd > User as CreatedBy
    LastModifiedDate datetime fsd
    LastModifiedById reference fsgd > User as LastModifiedBy
    SystemModstamp datetime fsd
    IsDeleted boolean fsgd
  `,
};

export const supportCase: ObjectNotation = {
  name: 'Case',
  keyPrefix: '500',
  label: 'Case',
  labelPlural: 'Cases',
  abilities: 'cudnlfmx',
  fields: `
    Id id fsgdi
    IsDeleted boolean fsgd
    CaseNumber string(30) fsdiam
    ContactId reference cufsgn > Contact as Contact < Cases
    AccountId reference cufsgn > Account as Account < Cases
    ParentId reference cufsgn > Case as Parent
    SuppliedName string(80) cufsgn
    SuppliedEmail email(80) cufsgn
    SuppliedPhone string(40) cufsgn
    SuppliedCompany string(80) cufsgn
    Type picklist(40) cufsgn [Mechanical;Electrical;Electronic;Structural;Other]
    Status picklist(40) cufsgnd [New;Working;Escalated;Closed] = New
    Reason picklist(40) cufsgn [Installation;Equipment Complexity;Performance;Breakdown;Equipment Design;Feedback;Other]
    Origin picklist(40) cufsgn [Phone;Email;Web]
    Subject string(255) cufsgn
    Priority picklist(40) cufsgnd [High;Medium;Low] = Medium
    Description textarea(32000) cun
    IsClosed boolean fsgd
    ClosedDate datetime fsn
    IsEscalated boolean cufsgd
    OwnerId reference cufsgdp > Group|User as Owner
    CreatedDate datetime fsd
    CreatedById reference fsgd > User as CreatedBy
    LastModifiedDate datetime fsd
    LastModifiedById reference fsgd > User as LastModifiedBy
    SystemModstamp datetime fsd
    ContactPhone phone(40) fsgn
    ContactMobile phone(40) fsgn
    ContactEmail email(80) fsgn
    ContactFax phone(40) fsgn
    Comments textarea(4000) cusn
    LastViewedDate datetime fsn
    LastReferencedDate datetime fsn
  `,
};
