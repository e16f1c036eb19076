/**
 * Standard fields of tasks, events and their relations, in the notation of `notation.ts`. Facts of the platform as its
 * Object Reference states them; fields that no sync reads are left out.
 */
import type { ObjectNotation } from './notation.ts';

export const task: ObjectNotation = {
  name: 'Task',
  keyPrefix: '00T',
  label: 'Task',
  labelPlural: 'Tasks',
  abilities: 'cudnlmx',
  fields: `
    Id id fsgdi
    IsDeleted boolean fsgd
    CreatedDate datetime fsd
    CreatedById reference fsgd > User as CreatedBy
    LastModifiedDate datetime fsd
    LastModifiedById reference fsgd > User as LastModifiedBy
    SystemModstamp datetime fsd
    AccountId reference fsgn > Account as Account
    ActivityDate date cufsgn
    CallDisposition string(255) cufsgn
    CallDurationInSeconds int cufsgn
    CallObject string(255) cufsgn
    CallType picklist(40) cufsgnr [Internal;Inbound;Outbound]
    CompletedDateTime datetime fsn
    Description textarea(32000) cun
    IsArchived boolean fsgd
    IsClosed boolean fsgd
    IsHighPriority boolean fsgd
    IsRecurrence boolean cfsgd
    IsReminderSet boolean cufsgd
    IsVisibleInSelfService boolean cufsgd
    OwnerId reference cufsgdp > Group|User as Owner
    Priority picklist(40) cufsgd [High;Normal;Low] = Normal
    RecurrenceActivityId reference fsgn > Task as RecurrenceActivity
    RecurrenceDayOfMonth int cufsgn
    RecurrenceDayOfWeekMask int cufsgn
    RecurrenceEndDateOnly date cufsgn
    RecurrenceInstance picklist(40) cufsgnr
    RecurrenceInterval int cufsgn
    RecurrenceMonthOfYear picklist(40) cufsgnr
    RecurrenceRegeneratedType picklist(40) cufsgnr
    RecurrenceStartDateOnly date cufsgn
    RecurrenceTimeZoneSidKey picklist(40) cufsgnr
    RecurrenceType picklist(40) cufsgnr
    ReminderDateTime datetime cufsn
    Status picklist(40) cufsgd [Not Started;In Progress;Completed;Waiting on someone else;Deferred] = Not Started
    Subject combobox(255) cufsnm [Call;Send Letter;Send Quote;Other]
    TaskSubtype picklist(40) cfsgnr [Task;Email;ListEmail;Cadence;Call;LinkedIn]
    TaskWhoIds JunctionIdList cu
    Type picklist(40) cufsgn
    WhatCount int fsgn
    WhatId reference cufsgnp > Account|Case|Opportunity as What < Tasks
    WhoCount int fsgn
    WhoId reference cufsgnp > Contact|Lead as Who < Tasks
  `,
};

export const taskRelation: ObjectNotation = {
  name: 'TaskRelation',
  keyPrefix: '0RT',
  label: 'Task Relation',
  labelPlural: 'Task Relations',
  abilities: 'cud',
  fields: `
    Id id fsgdi
    IsDeleted boolean fsgd
    CreatedDate datetime fsd
    CreatedById reference fsgd > User as CreatedBy
    LastModifiedDate datetime fsd
    LastModifiedById reference fsgd > User as LastModifiedBy
    SystemModstamp datetime fsd
    AccountId reference fsgn > Account as Account
    IsWhat boolean cfsgd
    RelationId reference cfsgp > Account|Contact|Lead|Opportunity as Relation
    TaskId reference cfsg > Task as Task < TaskRelations
  `,
};

export const event: ObjectNotation = {
  name: 'Event',
  keyPrefix: '00U',
  label: 'Event',
  labelPlural: 'Events',
  abilities: 'cudnlmx',
  fields: `
    Id id fsgdi
    WhoId reference cufsgnp > Contact|Lead as Who < Events
    WhatId reference cufsgnp > Account|Case|Opportunity as What < Events
    Subject combobox(255) cufsnm [Call;Email;Meeting;Send Letter/Quote;Other]
    Location string(255) cufsgn
    IsAllDayEvent boolean cufsgd
    ActivityDateTime datetime cufsn
    ActivityDate date cufsgn
    DurationInMinutes int cufsgn
    StartDateTime datetime cufsn
    EndDateTime datetime cufsn
    EndDate date fsgn
    Description textarea(32000) cun
    AccountId reference fsgn > Account as Account
    OwnerId reference cufsgdp > User as Owner
    IsPrivate boolean cufsgd
    ShowAs picklist(40) cufsgndr [Busy;OutOfOffice;Free] = Busy
    IsDeleted boolean fsgd
    IsChild boolean fsgd
    IsGroupEvent boolean fsgd
    GroupEventType picklist(40) fsgndr [0;1;2;3] = 0
    CreatedDate datetime fsd
    CreatedById reference fsgd > User as CreatedBy
    LastModifiedDate datetime fsd
    LastModifiedById reference fsgd > User as LastModifiedBy
    SystemModstamp datetime fsd
    IsArchived boolean fsgd
    ReminderDateTime datetime cufsn
    IsReminderSet boolean cufsgd
    EventSubtype picklist(40) cfsgnr [Event]
    EventWhoIds JunctionIdList cu
    RecurrenceActivityId reference fsgn > Event as RecurrenceActivity
    IsRecurrence boolean cfsgd
    RecurrenceStartDateTime datetime cufsn
    RecurrenceEndDateOnly date cufsgn
    RecurrenceTimeZoneSidKey picklist(40) cufsgnr
    RecurrenceType picklist(40) cufsgnr [RecursDaily;RecursEveryWeekday;RecursMonthly;RecursMonthlyNth;RecursWeekly;RecursYearly;RecursYearlyNth]
    RecurrenceInterval int cufsgn
    RecurrenceDayOfWeekMask int cufsgn
    RecurrenceDayOfMonth int cufsgn
    RecurrenceInstance picklist(40) cufsgnr [First;Second;Third;Fourth;Last]
    RecurrenceMonthOfYear picklist(40) cufsgnr [January;February;March;April;May;June;July;August;September;October;November;December]
    IsRecurrence2Exclusion boolean fsgd
    Recurrence2PatternText textarea(512) cn
    Recurrence2PatternVersion picklist(40) fsgnr [1;2]
    IsRecurrence2 boolean fsgd
    IsRecurrence2Exception boolean fsgd
    Recurrence2PatternStartDate datetime fsn
    Recurrence2PatternTimeZone string(255) fsgn
  `,
};

export const eventRelation: ObjectNotation = {
  name: 'EventRelation',
  keyPrefix: '0RE',
  label: 'Event Relation',
  labelPlural: 'Event Relations',
  abilities: 'cud',
  fields: `
    Id id fsgdi
    CreatedDate datetime fsd
    CreatedById reference fsgd > User as CreatedBy
    LastModifiedDate datetime fsd
    LastModifiedById reference fsgd > User as LastModifiedBy
    SystemModstamp datetime fsd
    AccountId reference fsgn > Account as Account
    EventId reference cfsg > Event as Event < EventRelations
    IsDeleted boolean fsgd
    IsInvitee boolean cufsgd
    IsParent boolean cufsgd
    IsWhat boolean cfsgd
    RelationId reference cfsgp > Account|Contact|Lead|Opportunity|User as Relation
    RespondedDate datetime cufsn
    Response string(255) cufsgn
    Status picklist(40) cufsgnr [New;Declined;Accepted;Uninvited;Maybe]
  `,
};
