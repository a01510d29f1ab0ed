package io.waybill.testkit.flaw;

/** A rule of the protocol that is not kept. In the simulation only. */
public enum Flaw {
    /** Offsets are sent without member and generation (R1). */
    GROUP_ID_ONLY,
    /** What is open is committed although its partitions were lost, in the name of the generation of now (R1). */
    CURRENT_METADATA_AFTER_LOSS,
    /** A checkpoint names only the partitions that moved (R2). */
    IDLE_PARTITIONS_LEFT_OUT,
    /** A changelog is restored to the end of what readers of committed records see, not to the high watermark. */
    RESTORE_TO_LAST_STABLE,
    /** After an abort the replays' reader goes on where it was. */
    ONLY_SOURCE_SOUGHT_BACK,
    /** A new owner fences at once whoever holds a transaction (R11). */
    FORCE_WITHOUT_PATIENCE,
    /** A new owner never fences (R11). */
    PATIENCE_WITHOUT_FORCE,
    /** The replay partition that a task reads is another task's (R10). */
    REPLAYS_OF_ANOTHER_TASK,
    /** Message ids expire by the clock, also while the pipeline is down. */
    IDS_EXPIRE_BY_WALL_CLOCK,
    /** The window of a message id begins with its acceptance, whatever becomes of its flow. */
    IDS_NOT_PINNED,
    /** An order that was accepted is accepted again. */
    REPEATED_ATTEMPT_ACCEPTED,
    /** Parts take effect while their split still runs (I3). */
    PARTS_BEFORE_THE_SPLIT_RETURNED,
    /** Whatever offset the group has is believed, whoever committed it (R9). */
    ANY_OFFSET_TRUSTED,
    /** The changelog's marker is neither written to the store nor restored (R5). */
    MARKER_NOT_KEPT,
    /** A commit that finds its writer fenced is taken for done (R6). */
    FENCED_COMMIT_TAKEN_FOR_DONE,
    /** A two-phase sink's commit counts as done when it is asked for (R1). */
    SINK_COMMIT_ASYNCHRONOUS,
    /** A two-phase sink takes what a former owner prepares (R4). */
    LATE_PREPARE_NOT_FENCED,
    /** Who looks after prepared transactions reads the record, then lists them (R8). */
    JANITOR_LISTS_AFTER_OFFSETS,
    /** Metadata that is missing counts as another checkpoint's (R9). */
    ABORT_PRESUMED,
    /** A database takes rows for a staged sink wherever its progress row stands (R12). */
    TURN_NOT_PROVEN,
    /** What a database refused is not stored with the progress row. */
    REJECTIONS_NOT_KEPT,
    /** The time that preparing takes is not counted (R6). */
    PREPARE_BUDGET_NOT_KEPT,
    /** A record's envelope is not counted against the limit of its topic. */
    ENVELOPE_NOT_COUNTED,
    /** What comes back after a rebalance goes on as it stood, also where others had it in between; in both group protocols. */
    KEPT_WHATEVER_PASSED,
    /** A thread that starts while its pipeline is paused or stopped does not learn of it (ADR 13). */
    ORDERS_READ_FROM_NOW_ON,
    /** The store keeps one position for the changelog and the ids: that of the checkpoint. */
    ONE_POSITION_FOR_BOTH_LOGS,
    /** A checkpoint in which only timers fired sends no offsets, hence no metadata. */
    TIMER_CHECKPOINTS_WITHOUT_METADATA,
    /** A replay runs whatever edit is the newest by then, not the revision it names. */
    NEWEST_EDIT_REPLAYED,
    /** Nobody takes the helm from a thread whose operator does not return. */
    NOBODY_RELIEVES,
    /** A run that was given up is not cut: its operator goes on with state, timers and outputs. */
    LATE_RUN_NOT_CUT,
    /** The partition count of the source is not compared with that of before. */
    PARTITION_COUNT_NOT_COMPARED,
    /** A store that is ahead of its log is taken to be at its end (R9). */
    LOST_RECORDS_UNNOTICED,
    /** A store that was away for longer than tombstones are kept is gone on with. */
    OLD_STORE_TRUSTED,
    /** A task deletes of its own topics one record more than it has read. */
    UNREAD_RECORD_DELETED,
    /** A new owner knows no deadline of flows that began before. */
    DEADLINES_NOT_RESTORED,
    /** What was due and is over keeps its row. */
    DEADLINE_KEPT,
    /** Results of a flow are numbered from 1 by each owner. */
    RESULT_NUMBER_NOT_KEPT,
    /** What has left the waiting room keeps its row, in the changelog and in the store. */
    WAITING_ROW_KEPT,
    /** A waiting room that is restored knows what waits, but not for whom it waits: later records of the key pass. */
    LATER_RECORD_NOT_HELD,
    /** A bundle of parts that has gone through a checkpoint begins with its second part. */
    BUNDLE_FORGETS_A_PART,
    /** A waiting room that is restored is empty. */
    WAITING_ROOM_NOT_RESTORED,
    /** A waiting room that is restored does not know the dead letters that keep their places: what is behind them runs. */
    DEAD_LETTER_KEEPS_NO_PLACE,
    /** A waiting room that is restored knows the dead letters that keep their places, but not who waits behind them. */
    FOLLOWERS_NOT_RESTORED,
    /** A dead letter that was one too many behind another keeps its place in memory only. */
    OVERFLOW_FORGOTTEN,
    /** Nobody may wait behind a dead letter: what comes is a dead letter at once. */
    OVERFLOW_TOO_EARLY,
    /** What is known of a claimed record that waits for its turn is kept in memory only. */
    VERDICT_NOT_KEPT,
    /** Claims of one message id go to the task of whoever makes them. */
    CLAIMS_JUDGED_AT_HOME,
    /** A verdict reaches its task without that its record is looked at: the first is whoever asks. */
    EVERY_CLAIM_IS_FIRST,
    /** Calls are not held to the order of their key beside keyed state. */
    CALLS_UNORDERED_BESIDE_STATE,
    /** What a call answers that was given up is taken for the answer to the next one of its record. */
    LATE_ANSWER_TAKEN,
    /** What a former owner's call answers reaches the new one. */
    ANSWER_FROM_BEFORE_TAKEN,
    /** A flow that goes on in another pipeline does not wait for it: only the histories of several pipelines show it. */
    EDGES_OF_CONTINUATIONS_NOT_COUNTED,
    /** What became of a leg is told to nobody, or to the book of its own pipeline. */
    REPORTS_NOT_SENT,
    /** Any record of a flow is taken for the one that holds its message id. */
    COPIES_CONTINUE,
    /** Owners keep their notes to themselves: nobody learns that a process ended. */
    NOTES_NOT_ON_THE_LOG,
    /** A record that is run alone is noted when it is back, not before it is run. */
    RUN_BEFORE_IT_IS_NOTED,
    /** The same of a group of records or parts. */
    GROUP_RUN_BEFORE_IT_IS_NOTED
}
