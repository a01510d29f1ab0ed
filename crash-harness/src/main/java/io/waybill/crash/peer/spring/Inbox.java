package io.waybill.crash.peer.spring;

import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.springframework.jdbc.core.simple.JdbcClient;

/** The messages that took effect, written in the listener's own database transaction. */
final class Inbox {

    /** What the inbox remembers of a message. */
    enum Key {
        /** Its id: whatever comes again with it is skipped. The usual inbox. */
        ID,
        /** Also where it stood: the same record come again is told from a resend of its message. */
        ID_AND_POSITION
    }

    /** What the inbox says of a record. */
    enum Verdict {
        NEW,
        /** Another record of a message that took effect. */
        RESEND,
        /** The very record that took effect in the database: Kafka may not know. */
        REDELIVERED
    }

    private final JdbcClient database;
    private final Key key;

    Inbox(JdbcClient database, Key key) {
        this.database = database;
        this.key = key;
        create();
    }

    /** Instances start together, so only one at a time may look. */
    private void create() {
        database.sql("""
                do $$ begin
                    perform pg_advisory_xact_lock(4711);
                    create table if not exists inbox (
                        id text primary key, source_partition int not null, source_offset bigint not null);
                    create table if not exists account (name text primary key, total bigint not null);
                    create table if not exists booked (label text primary key, total bigint not null);
                end $$
                """).update();
    }

    Verdict take(String id, ConsumerRecord<byte[], byte[]> record) {
        int fresh = database.sql("insert into inbox values (?, ?, ?) on conflict do nothing")
                .params(id, record.partition(), record.offset())
                .update();
        if (fresh == 1) {
            return Verdict.NEW;
        }
        if (key == Key.ID) {
            return Verdict.RESEND;
        }
        boolean same = database.sql("select source_partition = ? and source_offset = ? from inbox where id = ?")
                .params(record.partition(), record.offset(), id)
                .query(Boolean.class)
                .single();
        return same ? Verdict.REDELIVERED : Verdict.RESEND;
    }
}
