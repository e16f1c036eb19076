-- What a run is about to write to the two sides of a pair, as keyed fingerprints: should it end in between, the next run knows its own writing from
-- somebody's. Null: nothing is being written.
alter table pairs add column writing jsonb;
