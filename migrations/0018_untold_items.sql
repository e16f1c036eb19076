-- Items that Lockstep made and no feed has told of yet: a service tells nothing of what was made and deleted between two readings, so they are asked for.
alter table pairs add column is_untold boolean not null default false;
create index pairs_untold on pairs (mailbox_id, collection, item_id) where is_untold;
