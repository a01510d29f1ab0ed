-- What auditors read: names and columns stay, whatever becomes of the tables behind them.
CREATE SCHEMA IF NOT EXISTS audit;

CREATE VIEW audit.dead_letters AS
SELECT id, tracking_id, pipeline, pipeline_version, stage, status, attempt, path, label, message_id, batch_id, source_topic,
    source_partition, source_offset, first_failed_at, last_failed_at, operator, error_code, error_type, error_message, content_type,
    size_bytes, payload AS original_payload
FROM dead_letter
WHERE original_attempt IS NOT NULL;
COMMENT ON VIEW audit.dead_letters IS 'What could not be processed, with its original bytes';

CREATE VIEW audit.revisions AS
SELECT dead_letter_id, number, based_on, author, at, reason, headers, payload
FROM dead_letter_revision;
COMMENT ON VIEW audit.revisions IS 'Every payload that a person saved; nothing is overwritten';

CREATE VIEW audit.orders AS
SELECT id, dead_letter_id, attempt, revision, action, status, requested_by, requested_at, ended_at, detail
FROM replay_status;
COMMENT ON VIEW audit.orders IS 'Every order about a dead letter and what became of it';

CREATE VIEW audit.history AS
SELECT dead_letter_id, at, who, what, detail
FROM dead_letter_history;
COMMENT ON VIEW audit.history IS 'Who did what when to a dead letter, people and engine alike';
