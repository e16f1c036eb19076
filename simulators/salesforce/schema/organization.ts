/**
 * Standard fields of the organization itself, of the words of its tasks, profiles and roles, in the notation of `notation.ts`.
 * All can be read but not written through the API.
 */
import type { ObjectNotation } from './notation.ts';

export const organization: ObjectNotation = {
  name: 'Organization',
  keyPrefix: '00D',
  label: 'Organization',
  labelPlural: 'Organizations',
  abilities: '',
  fields: `
    Id id fsgdi
    Name string(80) fsgm
    Country string(80) fsgn
    PrimaryContact string(80) fsgn
    DefaultLocaleSidKey picklist(40) fsgr
    TimeZoneSidKey picklist(40) fsgr
    LanguageLocaleKey picklist(40) fsgr
    FiscalYearStartMonth int fsgn
    TrialExpirationDate datetime fsn
    NumKnowledgeService int fsgn
    OrganizationType picklist(40) fsgr
    NamespacePrefix string(15) fsgn
    InstanceName string(5) fsgn
    IsSandbox boolean fsg
    CreatedDate datetime fsd
    CreatedById reference fsgd > User as CreatedBy
    LastModifiedDate datetime fsd
    LastModifiedById reference fsgd > User as LastModifiedBy
    SystemModstamp datetime fsd
  `,
};

export const taskStatus: ObjectNotation = {
  name: 'TaskStatus',
  keyPrefix: '01T',
  label: 'Task Status Value',
  labelPlural: 'Task Status Values',
  abilities: '',
  fields: `
    Id id fsgdi
    MasterLabel string(255) fsgnm
    ApiName string(255) fsgn
    SortOrder int fsgn
    IsDefault boolean fsgd
    IsClosed boolean fsgd
    CreatedDate datetime fsd
    CreatedById reference fsgd > User as CreatedBy
    LastModifiedDate datetime fsd
    LastModifiedById reference fsgd > User as LastModifiedBy
    SystemModstamp datetime fsd
  `,
};

export const taskPriority: ObjectNotation = {
  name: 'TaskPriority',
  keyPrefix: '01U',
  label: 'Task Priority Value',
  labelPlural: 'Task Priority Values',
  abilities: '',
  fields: `
    Id id fsgdi
    MasterLabel string(255) fsgnm
    ApiName string(255) fsgn
    SortOrder int fsgn
    IsDefault boolean fsgd
    IsHighPriority boolean fsgd
    CreatedDate datetime fsd
    CreatedById reference fsgd > User as CreatedBy
    LastModifiedDate datetime fsd
    LastModifiedById reference fsgd > User as LastModifiedBy
    SystemModstamp datetime fsd
  `,
};

export const profile: ObjectNotation = {
  name: 'Profile',
  keyPrefix: '00e',
  label: 'Profile',
  labelPlural: 'Profile',
  abilities: '',
  fields: `
    Id id fsgdi
    Name string(255) fsgm
    UserType picklist(40) fsgnr
    Description string(255) fsgn
    CreatedDate datetime fsd
    CreatedById reference fsgd > User as CreatedBy
    LastModifiedDate datetime fsd
    LastModifiedById reference fsgd > User as LastModifiedBy
    SystemModstamp datetime fsd
  `,
};

export const userRole: ObjectNotation = {
  name: 'UserRole',
  keyPrefix: '00E',
  label: 'Role',
  labelPlural: 'Role',
  abilities: '',
  fields: `
    Id id fsgdi
    Name string(80) fsgm
    DeveloperName string(80) fsgn
    ParentRoleId id fsgn
    RollupDescription string(80) fsgn
    LastModifiedDate datetime fsd
    LastModifiedById reference fsgd > User as LastModifiedBy
    SystemModstamp datetime fsd
  `,
};
