-- The flow that registered the timer this one begins with, or whose output its first record is.
ALTER TABLE flow ADD COLUMN caused_by uuid;
CREATE INDEX flow_caused_by ON flow (caused_by, tracking_id) WHERE caused_by IS NOT NULL;

-- Where the flow goes on in another pipeline than the one it began in; null: in its own.
ALTER TABLE part ADD COLUMN pipeline text;
