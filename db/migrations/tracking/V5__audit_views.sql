-- What auditors read: names and columns stay, whatever becomes of the tables behind them.
CREATE SCHEMA IF NOT EXISTS audit;

CREATE VIEW audit.flows AS
SELECT tracking_id, pipeline, pipeline_version, status, received_at, settled_at, message_id, batch_id, name,
    size_bytes, source_topic, source_partition, source_offset, duplicate_of, caused_by, result_number, leaves, succeeded, failed,
    open_dead_letters
FROM flow;
COMMENT ON VIEW audit.flows IS 'One row for each message that came in, with what became of it so far';

CREATE VIEW audit.results AS
SELECT tracking_id, number, status, settled_at, leaves, succeeded, failed, open_dead_letters
FROM flow_result;
COMMENT ON VIEW audit.results IS 'Every result of a flow: a repair adds one with the next number';

CREATE VIEW audit.parts AS
SELECT tracking_id, array_to_string(path, '.') AS path, status, attempt, label, dead_letter_id, operator, error_code,
    error_message, outputs, settled_at, pipeline
FROM part;
COMMENT ON VIEW audit.parts IS 'The parts of a flow that were recorded; the path is empty for its own record';

CREATE VIEW audit.incidents AS
SELECT id, kind, open, pipeline, stage, partition, tracking_id, operator, code, title, detail, opened_at, closed_at, closed_by
FROM incident;
COMMENT ON VIEW audit.incidents IS 'What needed a person';
