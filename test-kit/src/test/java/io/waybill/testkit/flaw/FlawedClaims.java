package io.waybill.testkit.flaw;

import io.waybill.format.LogFormats;
import io.waybill.format.v1.Claims;
import io.waybill.format.v1.ReplayCommand;
import io.waybill.format.v1.Verdict;
import io.waybill.store.LocalStore.Change;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;

/** Flaws of recognising duplicates in all partitions. */
final class FlawedClaims {

    private static final String VERDICTS = "verdict";
    private static final byte[] ON_CHANGELOG = (VERDICTS + "\0").getBytes(StandardCharsets.UTF_8);

    private final FlawedLog log;

    FlawedClaims(FlawedLog log) {
        this.log = log;
    }

    /** Null where it is not sent. */
    @Nullable
    ProducerRecord<byte[], byte[]> sent(ProducerRecord<byte[], byte[]> record) {
        if (log.has(Flaw.VERDICT_NOT_KEPT) && log.isChangelog(record.topic()) && isVerdict(record.key())) {
            return null;
        }
        if (log.has(Flaw.CLAIMS_JUDGED_AT_HOME) && log.isClaims(record.topic())) {
            Claims claims = LogFormats.decode(Claims.parser(), record.value(), record.topic());
            return claims.getSourcePartitionsCount() == 0
                    ? record
                    : new ProducerRecord<>(
                            record.topic(),
                            claims.getSourcePartitions(0),
                            record.timestamp(),
                            record.key(),
                            record.value());
        }
        return log.has(Flaw.EVERY_CLAIM_IS_FIRST) && log.isReplays(record.topic()) ? allFirst(record) : record;
    }

    private static boolean isVerdict(byte[] key) {
        return key.length > ON_CHANGELOG.length && Arrays.equals(Arrays.copyOf(key, ON_CHANGELOG.length), ON_CHANGELOG);
    }

    private static ProducerRecord<byte[], byte[]> allFirst(ProducerRecord<byte[], byte[]> record) {
        ReplayCommand command = LogFormats.decode(ReplayCommand.parser(), record.value(), record.topic());
        if (!command.hasVerdicts()) {
            return record;
        }
        ReplayCommand.Builder all = command.toBuilder();
        all.getVerdictsBuilder().clearOthers();
        command.getVerdicts().getOthersList().stream()
                .map(Verdict::getOffset)
                .forEach(offset -> all.getVerdictsBuilder().addFirst(offset));
        return new ProducerRecord<>(record.topic(), record.partition(), record.key(), LogFormats.encode(all.build()));
    }

    @Nullable
    Change applied(@Nullable Change change) {
        return change != null
                        && log.has(Flaw.VERDICT_NOT_KEPT)
                        && change.column().equals(VERDICTS)
                ? null
                : change;
    }
}
