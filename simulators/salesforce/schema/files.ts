/**
 * Standard fields of files: documents, versions and links, in the notation of `notation.ts`. Facts of the platform as its
 * Object Reference states them; fields that no sync reads are left out.
 */
import type { ObjectNotation } from './notation.ts';

export const contentDocument: ObjectNotation = {
  name: 'ContentDocument',
  keyPrefix: '069',
  label: 'Content Document',
  labelPlural: 'Content Documents',
  abilities: 'cudn',
  fields: `
    Id id fsgdi
    IsDeleted boolean fsgd
    CreatedDate datetime fsd
    CreatedById reference fsgd > User as CreatedBy
    LastModifiedDate datetime fsd
    LastModifiedById reference fsgd > User as LastModifiedBy
    SystemModstamp datetime fsd
    ContentModifiedDate datetime fsn
    ContentSize int fsgn
    Description textarea(32000) ufsn
    FileExtension string(255) fsgn
    FileType string(255) fsgn
    IsArchived boolean ufsgd
    IsInternalOnly boolean ufsgd
    LastReferencedDate datetime fsn
    LastViewedDate datetime fsn
    LatestPublishedVersionId reference fsgn > ContentVersion as LatestPublishedVersion
    OwnerId reference ufsgp > Group|User as Owner
    PublishStatus picklist(40) fsgdr [P;R;U]
    SharingOption picklist(40) ufsgndr [A;R]
    SharingPrivacy picklist(40) ufsgndr [N;P]
    Title string(255) ufsgim
  `,
};

export const contentVersion: ObjectNotation = {
  name: 'ContentVersion',
  keyPrefix: '068',
  label: 'Content Version',
  labelPlural: 'Content Versions',
  abilities: 'cud',
  fields: `
    Id id fsgdi
    IsDeleted boolean fsgd
    CreatedDate datetime fsd
    CreatedById reference fsgd > User as CreatedBy
    LastModifiedDate datetime fsd
    LastModifiedById reference fsgd > User as LastModifiedBy
    SystemModstamp datetime fsd
    Checksum string(255) fsgn
    ContentDocumentId reference cfsg > ContentDocument as ContentDocument < ContentVersions
    ContentLocation picklist(40) cfsgdr [S;E;L]
    ContentModifiedById reference fsgn > User as ContentModifiedBy
    ContentModifiedDate datetime cfsn
    ContentSize int fsgn
    ContentUrl url(255) cufsn
    Description textarea(1000) cufsn
    ExternalDocumentInfo1 string(255) cufsn
    ExternalDocumentInfo2 string(255) cufsn
    FeaturedContentBoost int fsgn
    FeaturedContentDate date fsgn
    FileExtension string(40) fsgn
    FileType string(20) fsg
    FirstPublishLocationId reference cfsgnp > Account|Contact|EmailMessage|Event|Lead|Opportunity|Task|User as FirstPublishLocation
    IsLatest boolean fsgd
    IsMajorVersion boolean cfsgd
    Language picklist(40) cufsgnr
    NegativeRatingCount int fsgn
    Origin picklist(40) cfsgdr [C;H]
    OwnerId reference cufsgdp > Group|User as Owner
    PathOnClient string(500) cfsn
    PositiveRatingCount int fsgn
    PublishStatus picklist(40) fsgdr [P;R;U]
    RatingCount int fsgn
    ReasonForChange string(255) cufsn
    SharingOption picklist(40) cufsgdr [A;R]
    SharingPrivacy picklist(40) cufsgdr [N;P]
    TagCsv textarea(32000) cusn
    TextPreview string(255) fsgn
    Title string(255) cufsgim
    VersionData base64 cun
    VersionDataURL string(255) fsgn
    VersionNumber string(255) fsgn
  `,
};

export const contentDocumentLink: ObjectNotation = {
  name: 'ContentDocumentLink',
  keyPrefix: '06A',
  label: 'Content Document Link',
  labelPlural: 'Content Document Links',
  abilities: 'cudo',
  fields: `
    Id id fsgdi
    IsDeleted boolean fsgd
    SystemModstamp datetime fsd
    ContentDocumentId reference cfsg > ContentDocument as ContentDocument < ContentDocumentLinks
    LinkedEntityId reference cfsgp > Account|Contact|EmailMessage|Event|Lead|Opportunity|Task|User as LinkedEntity < ContentDocumentLinks
    ShareType picklist(40) cufsgnr [V;C;I]
    Visibility picklist(40) cufsgn [AllUsers;InternalUsers;SharedUsers]
  `,
};
