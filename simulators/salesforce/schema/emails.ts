/**
 * Standard fields of e-mail messages and their relations to people, in the notation of `notation.ts`. Facts of the platform as its
 * Object Reference states them; fields that no sync reads are left out.
 */
import type { ObjectNotation } from './notation.ts';

export const emailMessage: ObjectNotation = {
  name: 'EmailMessage',
  keyPrefix: '02s',
  label: 'Email Message',
  labelPlural: 'Email Messages',
  abilities: 'cudnlx',
  fields: `
    Id id fsgdi
    CreatedDate datetime fsd
    CreatedById reference fsgd > User as CreatedBy
    LastModifiedDate datetime fsd
    LastModifiedById reference fsgd > User as LastModifiedBy
    SystemModstamp datetime fsd
    ActivityId reference cfsgn > Task as Activity
    AttachmentIds string(255) cun
    AutomationType picklist(40) cfsgnr
    BccAddress string(4000) cufsn
    BccIds JunctionIdList cu
    CcAddress string(4000) cufsn
    CcIds JunctionIdList cu
    ClientThreadIdentifier string(765) cufsn
    ContentDocumentIds JunctionIdList cu
    FirstOpenedDate datetime cufsn
    FromAddress email(1000) cufsn
    FromId reference cfsgnp > Contact|Lead|User as From
    FromName string(1000) cufsn
    HasAttachment boolean fsgd
    Headers textarea(131072) cun
    HtmlBody textarea(131072) cun
    Incoming boolean cfsgd
    IsBounced boolean cufsgd
    IsClientManaged boolean cfsgd
    IsDeleted boolean fd
    IsExternallyVisible boolean fsgd
    IsOpened boolean fsgd
    IsPrivateDraft boolean cfsgd
    IsTracked boolean cufsgd
    LastOpenedDate datetime cufsn
    MessageDate datetime cufsn
    MessageIdentifier string(765) cufsgni
    Name string(255) fsgim
    ParentId reference cfsgn > Case as Parent < EmailMessages
    RelatedToId reference cufsgnp > Account|Case|Opportunity as RelatedTo < Emails
    ReplyToEmailMessageId reference cfsgn > EmailMessage as ReplyToEmailMessage
    Status picklist(40) cufsgr [0;1;2;3;4;5]
    Subject string(3000) cufsn
    TextBody textarea(131072) cun
    ThreadIdentifier string(255) cufsgni
    ToAddress string(4000) cufsn
    ToIds JunctionIdList cu
    ValidatedFromAddress picklist(40) cufsgnr
  `,
};

export const emailMessageRelation: ObjectNotation = {
  name: 'EmailMessageRelation',
  keyPrefix: '0CZ',
  label: 'Email Message Relation',
  labelPlural: 'Email Message Relations',
  abilities: 'cud',
  fields: `
    Id id fsgdi
    IsDeleted boolean fsgd
    CreatedDate datetime fsd
    CreatedById reference fsgd > User as CreatedBy
    LastModifiedDate datetime fsd
    LastModifiedById reference fsgd > User as LastModifiedBy
    SystemModstamp datetime fsd
    EmailMessageId reference cfsg > EmailMessage as EmailMessage < EmailMessageRelations
    RelationAddress string(255) cfsgn
    RelationId reference cufsgnp > Contact|Lead|User as Relation
    RelationObjectType string(255) fsgn
    RelationType picklist(40) cfsgr [ToAddress;CcAddress;BccAddress;FromAddress;OtherAddress]
  `,
};
