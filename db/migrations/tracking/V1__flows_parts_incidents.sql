-- What became of every message: a projection of the topics outcomes and incidents, rebuildable from them (I2).
-- Indexes are few on purpose: each B-tree costs more for each row than copying the row in.

-- Where each projection stands; moved by compare-and-set as the first statement of its transactions (R12).
CREATE TABLE tracking_position (
    projection  text   NOT NULL,
    topic       text   NOT NULL,
    partition   int    NOT NULL,
    next_offset bigint NOT NULL,
    as_of       timestamptz, -- when the newest projected record was decided
    PRIMARY KEY (projection, topic, partition)
);

CREATE TYPE flow_status AS ENUM ('IN_PROGRESS', 'ACK', 'NACK', 'PARTIAL', 'DUPLICATE');

-- The order is the rank by which statuses of one attempt merge: never backwards.
CREATE TYPE part_status AS ENUM ('DEAD_LETTERED', 'SPLIT', 'FILTERED', 'PASSED', 'DISCARDED');

CREATE TABLE flow (
    tracking_id       uuid        NOT NULL PRIMARY KEY, -- ordered by time
    pipeline          text        NOT NULL,
    pipeline_version  int         NOT NULL,
    status            flow_status NOT NULL,
    received_at       timestamptz NOT NULL, -- the time in the tracking id: the first record's timestamp
    told_by           smallint    NOT NULL, -- who told of the receipt: 0 nobody yet, 1 an intake, 2 the task that took it up
    source_topic      text,
    source_partition  int,
    source_offset     bigint,
    message_id        text,
    batch_id          text,
    name              text,
    size_bytes        bigint,
    duplicate_of      uuid,
    result_number     int         NOT NULL, -- 0 before the first result
    leaves            bigint      NOT NULL,
    succeeded         bigint      NOT NULL,
    failed            bigint      NOT NULL,
    open_dead_letters bigint      NOT NULL,
    settled_at        timestamptz,
    waiting_operator  text,
    waiting_error     text,
    waiting_tries     int,
    waiting_until     timestamptz,
    waiting_since     timestamptz
);

CREATE INDEX flow_message_id ON flow (message_id) WHERE message_id IS NOT NULL;
CREATE INDEX flow_batch_id ON flow (batch_id) WHERE batch_id IS NOT NULL;
CREATE INDEX flow_name ON flow (name) WHERE name IS NOT NULL;
CREATE INDEX flow_not_whole ON flow (tracking_id) WHERE status IN ('NACK', 'PARTIAL');

CREATE TABLE flow_result (
    tracking_id       uuid        NOT NULL,
    number            int         NOT NULL,
    status            flow_status NOT NULL,
    leaves            bigint      NOT NULL,
    succeeded         bigint      NOT NULL,
    failed            bigint      NOT NULL,
    open_dead_letters bigint      NOT NULL,
    settled_at        timestamptz NOT NULL,
    PRIMARY KEY (tracking_id, number)
);

CREATE TABLE part (
    tracking_id    uuid        NOT NULL,
    path           int[]       NOT NULL, -- 1-based, empty for the flow's own record; arrays sort by number: 2 before 10
    status         part_status NOT NULL,
    attempt        int         NOT NULL,
    label          text,
    dead_letter_id text,
    operator       text,
    error_code     text,
    error_message  text,
    outputs        text[]      NOT NULL,
    settled_at     timestamptz NOT NULL,
    PRIMARY KEY (tracking_id, path)
);

CREATE INDEX part_label ON part (label) WHERE label IS NOT NULL;
CREATE INDEX part_failed ON part (tracking_id, path) WHERE status IN ('DEAD_LETTERED', 'DISCARDED');

CREATE TABLE incident (
    id          text        NOT NULL PRIMARY KEY,
    kind        text        NOT NULL,
    open        boolean     NOT NULL,
    pipeline    text        NOT NULL,
    stage       text        NOT NULL,
    partition   int         NOT NULL, -- -1 where it concerns no single task
    tracking_id uuid,
    operator    text,
    code        text        NOT NULL,
    title       text        NOT NULL,
    detail      text        NOT NULL,
    opened_at   timestamptz NOT NULL,
    closed_at   timestamptz,
    closed_by   text,
    retryable   boolean     NOT NULL,
    cause       text        NOT NULL
);

CREATE INDEX incident_open ON incident (opened_at) WHERE open;
