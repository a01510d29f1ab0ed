-- Dead letters that keep their places in the order of their key, and orders to let go those that wait behind them.

alter table dead_letter
    add column in_sequence      boolean not null default false,
    add column sequence_attempt int,
    drop constraint dead_letter_status_check,
    add constraint dead_letter_status_check
        check (status in ('OPEN', 'EDITED', 'REPLAY_REQUESTED', 'DISCARD_REQUESTED', 'LET_GO_REQUESTED', 'REPLAYING', 'RESOLVED',
                          'DISCARDED'));
comment on column dead_letter.in_sequence is 'What comes later of its key waits for it, as long as it is neither resolved nor discarded';
comment on column dead_letter.sequence_attempt is 'The event that says so or not comes from this attempt, the latest known';

alter table dead_letter_event
    drop constraint dead_letter_event_event_check,
    add constraint dead_letter_event_event_check
        check (event in ('CAPTURED', 'REFUSED', 'ACCEPTED', 'RESOLVED', 'DISCARDED', 'LET_GO'));

alter table replay_outcome
    drop constraint replay_outcome_action_check,
    add constraint replay_outcome_action_check check (action in ('REPLAY', 'DISCARD', 'LET_GO'));

alter table replay
    drop constraint replay_action_check,
    add constraint replay_action_check check (action in ('REPLAY', 'DISCARD', 'LET_GO'));

create or replace view dead_letter_history as
select dead_letter_id, at, author as who, 'saved revision ' || number as what, attempt, 1 as step, reason as detail
from dead_letter_revision
union all
select dead_letter_id,
       requested_at,
       requested_by,
       case action
           when 'DISCARD' then 'ordered to discard it'
           when 'LET_GO' then 'ordered that nobody waits for it'
           else 'ordered a replay of revision ' || revision
           end,
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
           when 'LET_GO' then 'let those behind it go'
           else 'discarded it'
           end,
       attempt,
       case event when 'ACCEPTED' then 3 when 'REFUSED' then 4 else 5 end,
       detail
from dead_letter_event;
