-- Mail that a person chose himself, by folder, category or by hand: later mail of its thread is saved by itself (E1).
alter table links add column chosen boolean not null default false;
