-- Links by their records, in the whole organization: what Lockstep made of the records about one person (P9).
create index links_by_record on links (organization_id, record_id);
