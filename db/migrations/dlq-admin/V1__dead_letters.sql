-- Dead letters. Two kinds of tables, told apart by their comments: projections of the log, which can be emptied and are
-- rebuilt by resetting dead_letter_position, and what people did, which exists nowhere else. No foreign key leads from
-- the second kind to the first, so that a rebuild needs no permission of it.

create table dead_letter_position (
    projection  text   not null,
    topic       text   not null,
    partition   int    not null,
    next_offset bigint not null,
    primary key (projection, topic, partition)
);
comment on table dead_letter_position is 'Projection: how far the dead-letters topic is applied; empty it with the other projections to rebuild them';

-- ------------------------------------------------------------------------------------------------ projections

create table dead_letter (
    id               text primary key,
    tracking_id      uuid not null,
    pipeline         text not null,
    pipeline_version int  not null,
    stage            text not null,
    partition        int  not null,

    attempt          int  not null,
    engine_state     text not null check (engine_state in ('ACCEPTED', 'CAPTURED', 'RESOLVED', 'DISCARDED')),
    status           text not null check (status in ('OPEN', 'EDITED', 'REPLAY_REQUESTED', 'DISCARD_REQUESTED',
                                                     'REPLAYING', 'RESOLVED', 'DISCARDED')),

    original_attempt int,
    path             text        not null default '',
    label            text,
    entry            text        not null default '',
    key              bytea,
    headers          text        not null default '[]',
    payload          bytea       not null default '',
    size_bytes       bigint      not null default 0,
    content_type     text        not null default '',
    message_id       text,
    batch_id         text,
    source_topic     text        not null default '',
    source_partition int         not null default 0,
    source_offset    bigint      not null default 0,
    first_failed_at  timestamptz not null default 'epoch',

    failed_attempt   int,
    failed_revision  int         not null default 0,
    operator         text        not null default '',
    error_code       text        not null default '',
    error_type       text        not null default '',
    error_message    text        not null default '',
    stack_trace      text        not null default '',
    tries            int         not null default 0,
    last_failed_at   timestamptz not null default 'epoch'
);
comment on table dead_letter is 'Projection: dead letters as the engine captured and decided them; the status also reflects what people ordered';
comment on column dead_letter.attempt is 'With engine_state, how far the engine is: events merge by (attempt, rank of the state)';
comment on column dead_letter.original_attempt is 'The capture that the original bytes come from, the earliest known; null: none is known yet, nobody sees the row';
comment on column dead_letter.failed_attempt is 'The capture that the error comes from, the latest known';
comment on column dead_letter.headers is 'JSON: [{"name": …, "value": base64 or null}] in their order';

create index dead_letter_newest on dead_letter (first_failed_at desc, id desc);
create index dead_letter_group on dead_letter (pipeline, operator, error_code, first_failed_at desc, id desc);
create index dead_letter_open on dead_letter (first_failed_at desc, id desc) where status not in ('RESOLVED', 'DISCARDED');
create index dead_letter_tracking on dead_letter (tracking_id);
-- Senders choose these texts and their length; a hash index takes any.
create index dead_letter_message on dead_letter using hash (message_id);
create index dead_letter_batch on dead_letter using hash (batch_id);
create index dead_letter_label on dead_letter using hash (label);

create table dead_letter_event (
    dead_letter_id text        not null,
    attempt        int         not null,
    event          text        not null check (event in ('CAPTURED', 'REFUSED', 'ACCEPTED', 'RESOLVED', 'DISCARDED')),
    replay_id      text        not null,
    at             timestamptz not null,
    detail         text,
    primary key (dead_letter_id, attempt, event, replay_id)
);
comment on table dead_letter_event is 'Projection: what the engine decided about a dead letter, one row for each decision';

create table replay_outcome (
    replay_id      text        primary key,
    dead_letter_id text        not null,
    attempt        int         not null,
    revision       int         not null,
    action         text        not null check (action in ('REPLAY', 'DISCARD')),
    rank           smallint    not null,
    status         text        not null check (status in ('SENT', 'REFUSED', 'SUCCEEDED', 'FAILED_AGAIN')),
    at             timestamptz not null,
    ended_at       timestamptz,
    detail         text
);
comment on table replay_outcome is 'Projection: what became of an order';
comment on column replay_outcome.rank is '0 superseded, 1 refused, 2 accepted, 3 ended; the greatest wins';

create index replay_outcome_dead_letter on replay_outcome (dead_letter_id);

-- ------------------------------------------------------------------------------------------------ what people did

create table dead_letter_revision (
    dead_letter_id text        not null,
    number         int         not null check (number > 0),
    based_on       int         not null check (based_on >= 0 and based_on < number),
    attempt        int         not null,
    author         text        not null,
    at             timestamptz not null,
    reason         text,
    headers        text        not null,
    payload        bytea       not null,
    primary key (dead_letter_id, number)
);
comment on table dead_letter_revision is 'Primary: people''s edits; the number counts up from 1, nothing is overwritten';

create table replay (
    id             text        primary key,
    dead_letter_id text        not null,
    attempt        int         not null check (attempt > 0),
    revision       int         not null check (revision >= 0),
    action         text        not null check (action in ('REPLAY', 'DISCARD')),
    requested_by   text        not null,
    requested_at   timestamptz not null,
    reason         text,
    sent_at        timestamptz,
    given_up_at    timestamptz,
    tries          int         not null default 0,
    next_try_at    timestamptz not null,
    last_error     text
);
comment on table replay is 'Primary: people''s orders to the capturing task, and the outbox that they leave through';

create index replay_dead_letter on replay (dead_letter_id);
create index replay_unsent on replay (next_try_at) where sent_at is null and given_up_at is null;

-- ------------------------------------------------------------------------------------------------ for readers

create view replay_status as
select r.id,
       r.dead_letter_id,
       r.attempt,
       r.revision,
       r.action,
       case
           when o.status is not null then o.status
           when r.given_up_at is not null then 'REFUSED'
           when r.sent_at is not null then 'SENT'
           else 'REQUESTED'
           end                            as status,
       r.requested_by,
       r.requested_at,
       coalesce(o.ended_at, r.given_up_at) as ended_at,
       coalesce(o.detail, r.last_error)    as detail
from replay r
         left join replay_outcome o on o.replay_id = r.id
union all
select o.replay_id,
       o.dead_letter_id,
       o.attempt,
       o.revision,
       o.action,
       o.status,
       'recovered from the log',
       o.at,
       o.ended_at,
       o.detail
from replay_outcome o
where not exists (select from replay r where r.id = o.replay_id);
comment on view replay_status is 'Every order and what became of it; one that only the log remembers is "recovered from the log"';

create view dead_letter_history as
select dead_letter_id, at, author as who, 'saved revision ' || number as what, attempt, 1 as step, reason as detail
from dead_letter_revision
union all
select dead_letter_id,
       requested_at,
       requested_by,
       case action when 'DISCARD' then 'ordered to discard it' else 'ordered a replay of revision ' || revision end,
       attempt,
       2,
       reason
from replay
union all
select dead_letter_id,
       at,
       'engine',
       case event
           when 'CAPTURED' then case attempt when 0 then 'captured it' else 'captured it again' end
           when 'REFUSED' then 'refused the order'
           when 'ACCEPTED' then 'accepted the order'
           when 'RESOLVED' then 'resolved it'
           else 'discarded it'
           end,
       attempt,
       case event when 'ACCEPTED' then 3 when 'REFUSED' then 4 else 5 end,
       detail
from dead_letter_event;
comment on view dead_letter_history is 'Who did what when to a dead letter, people and engine alike';
