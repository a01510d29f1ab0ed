-- What people changed. Entries are appended by audit_append alone, and each carries the hash of the one before it: nobody
-- can alter, insert or drop one in the middle without breaking every hash behind it.

CREATE TABLE audit_entry (
    number        bigint      NOT NULL PRIMARY KEY, -- from 1, without gaps
    event_id      text        NOT NULL UNIQUE,      -- one deed of a person: told twice, it is entered once
    at            timestamptz NOT NULL,             -- when the person acted
    recorded_at   timestamptz NOT NULL,             -- when it was entered
    actor         text        NOT NULL,
    action        text        NOT NULL,
    subject_kind  text        NOT NULL,
    subject       text        NOT NULL,
    pipeline      text,
    tracking_id   uuid,
    reason        text,
    detail        text        NOT NULL,             -- JSON, as it was hashed
    previous_hash bytea       NOT NULL,
    hash          bytea       NOT NULL
);
COMMENT ON TABLE audit_entry IS 'Primary: what people changed; append-only, each entry carries the hash of the one before';

CREATE INDEX audit_entry_at ON audit_entry (at);
CREATE INDEX audit_entry_actor ON audit_entry (actor, number);
CREATE INDEX audit_entry_action ON audit_entry (action, number);
CREATE INDEX audit_entry_subject ON audit_entry (subject, number);
CREATE INDEX audit_entry_pipeline ON audit_entry (pipeline, number) WHERE pipeline IS NOT NULL;
CREATE INDEX audit_entry_tracking ON audit_entry (tracking_id, number) WHERE tracking_id IS NOT NULL;

-- The end of the chain. Whoever appends holds its row until the transaction ends: one after another.
CREATE TABLE audit_head (
    only_row boolean NOT NULL PRIMARY KEY DEFAULT true CHECK (only_row),
    number   bigint  NOT NULL,
    hash     bytea   NOT NULL
);
COMMENT ON TABLE audit_head IS 'Primary: number and hash of the newest entry of audit_entry';
INSERT INTO audit_head (number, hash) VALUES (0, decode(repeat('00', 32), 'hex'));

-- How far the control topic is entered.
CREATE TABLE audit_position (
    projection  text   NOT NULL,
    topic       text   NOT NULL,
    partition   int    NOT NULL,
    next_offset bigint NOT NULL,
    PRIMARY KEY (projection, topic, partition)
);

-- A text with its length in bytes before it, so that no two rows read the same one after the other.
CREATE FUNCTION audit_field(field text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN coalesce(octet_length(convert_to(field, 'UTF8')) || ':' || field, '-');

CREATE FUNCTION audit_micros(at timestamptz) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN ((extract(epoch FROM at) * 1000000)::bigint)::text;

-- docs/reference/audit.md says how: whoever checks the chain computes it anew and need not believe this function.
CREATE FUNCTION audit_hash(entry audit_entry) RETURNS bytea LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN sha256(entry.previous_hash || convert_to(
    audit_field(entry.number::text) || audit_field(entry.event_id)
        || audit_field(audit_micros(entry.at)) || audit_field(audit_micros(entry.recorded_at))
        || audit_field(entry.actor) || audit_field(entry.action)
        || audit_field(entry.subject_kind) || audit_field(entry.subject)
        || audit_field(entry.pipeline) || audit_field(entry.tracking_id::text)
        || audit_field(entry.reason) || audit_field(entry.detail), 'UTF8'));

-- With the rights of its owner: the application's role may call it, and may touch the table by nothing else.
CREATE FUNCTION audit_append(event_id text, at timestamptz, actor text, action text, subject_kind text, subject text,
    pipeline text, tracking_id uuid, reason text, detail text) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = waybill, pg_temp AS $$
DECLARE
    head  audit_head;
    entry audit_entry;
BEGIN
    SELECT * INTO STRICT head FROM audit_head FOR UPDATE;
    IF EXISTS (SELECT FROM audit_entry known WHERE known.event_id = audit_append.event_id) THEN
        RETURN NULL;
    END IF;
    entry := ROW (head.number + 1, event_id, at, clock_timestamp(), actor, action, subject_kind, subject, pipeline,
        tracking_id, reason, detail, head.hash, ''::bytea);
    entry.hash := audit_hash(entry);
    INSERT INTO audit_entry SELECT entry.*;
    UPDATE audit_head SET number = entry.number, hash = entry.hash;
    RETURN entry.number;
END
$$;
COMMENT ON FUNCTION audit_append IS 'Enters one deed of a person; null where it was entered before. Hold no lock that others ask for after it';

CREATE FUNCTION audit_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the audit log is append-only: % of % is refused', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'insufficient_privilege';
END
$$;

-- For roles that own the table; others have no right to it in the first place.
CREATE TRIGGER audit_entry_is_final BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_entry
    FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse();
CREATE TRIGGER audit_head_stays BEFORE DELETE OR TRUNCATE ON audit_head
    FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse();

REVOKE ALL ON FUNCTION audit_append FROM PUBLIC;

CREATE SCHEMA IF NOT EXISTS audit;

CREATE VIEW audit.entries AS
SELECT number, at, recorded_at, actor, action, subject_kind, subject, pipeline, tracking_id, reason, detail::jsonb AS detail,
    encode(hash, 'hex') AS hash
FROM audit_entry;
COMMENT ON VIEW audit.entries IS 'What people changed, oldest first by number';

CREATE VIEW audit.broken_entries AS
SELECT number, at, actor, action, subject
FROM (SELECT entry.*, audit_hash(entry) AS expected, lag(hash) OVER w AS before, lag(number) OVER w AS number_before
      FROM audit_entry entry WINDOW w AS (ORDER BY number)) AS linked
WHERE hash <> expected
   OR number <> coalesce(number_before, 0) + 1
   OR previous_hash <> coalesce(before, decode(repeat('00', 32), 'hex'));
COMMENT ON VIEW audit.broken_entries IS 'Entries that do not follow from the ones before; empty where the chain is whole';
