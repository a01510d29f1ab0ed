-- How many wait behind a dead letter in sequence, as its task told last.

alter table dead_letter
    add column behind       int,
    add column behind_since timestamptz,
    add column behind_at    timestamptz;
comment on column dead_letter.behind is 'How many of its key waited behind it at behind_at; null: it was never told';
comment on column dead_letter.behind_since is 'When the first of them came; null: there was none';

create index dead_letter_holds_up on dead_letter (first_failed_at desc, id desc)
    where in_sequence and behind > 0 and status not in ('RESOLVED', 'DISCARDED');
