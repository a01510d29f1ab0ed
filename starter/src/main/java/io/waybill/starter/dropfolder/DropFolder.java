package io.waybill.starter.dropfolder;

import io.waybill.intake.Intake;
import io.waybill.intake.Intake.Receipt;
import io.waybill.intake.Intake.Submission;
import io.waybill.intake.IntakeRefusedException;
import io.waybill.intake.IntakeUnavailableException;
import io.waybill.pipeline.Headers;
import io.waybill.pipeline.KafkaSource;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One folder whose files become messages of one pipeline, the oldest first.
 *
 * <p>Left alone: names that begin with a dot or end in {@code .part} (senders write under such a name and rename when
 * the file is whole), directories, symbolic links, and for one round files that were modified within the last second.
 * A file that is too large is refused without being read.
 *
 * <p>A file goes to {@code done/} after the broker has acknowledged its message. Where the process dies in between,
 * the file is sent again at the next start and the pipeline's duplicate check recognises it. Where the broker is away,
 * files stay, and the folder is tried again with growing pauses. One thread.
 */
final class DropFolder {

    private static final Logger LOG = LoggerFactory.getLogger(DropFolder.class);

    /** Of one round, so that a folder with a million files holds up neither memory nor the other folders. */
    private static final int MOST_OF_A_ROUND = 1_000;

    private final String pipeline;
    private final Path folder;
    private final Shelf done;
    private final Shelf refused;
    private final Intake intake;
    private final Pace pace;
    private final Clock clock;
    private @Nullable Path acknowledged;
    private Instant notBefore = Instant.MIN;
    private int failures;

    DropFolder(String pipeline, Path folder, Intake intake, Pace pace, Clock clock) {
        this.pipeline = pipeline;
        this.folder = folder;
        this.done = new Shelf(folder.resolve("done"));
        this.refused = new Shelf(folder.resolve("refused"));
        this.intake = intake;
        this.pace = pace;
        this.clock = clock;
    }

    Path path() {
        return folder;
    }

    /** Takes up what is ready, unless the folder has to wait. @return after how long to look again at the latest */
    Duration round() {
        Instant now = clock.instant();
        if (now.isBefore(notBefore)) {
            return Duration.between(now, notBefore);
        }
        try {
            Files.createDirectories(folder);
            putAwayAcknowledged();
            Duration next = takeUpFiles(now);
            failures = 0;
            return next;
        } catch (IntakeUnavailableException | IOException e) {
            return pause(e);
        }
    }

    private Duration takeUpFiles(Instant now) throws IOException {
        Duration next = pace.rescan();
        List<DroppedFile> files = new ArrayList<>();
        try (DirectoryStream<Path> paths = Files.newDirectoryStream(folder)) {
            for (Path path : paths) {
                DroppedFile file = DroppedFile.at(path);
                if (file == null) {
                    continue;
                }
                if (file.settled(now, pace.quiet())) {
                    files.add(file);
                } else {
                    next = shorter(next, pace.quiet());
                }
                if (files.size() == MOST_OF_A_ROUND) {
                    next = Duration.ZERO;
                    break;
                }
            }
        }
        Collections.sort(files);
        for (DroppedFile file : files) {
            if (Thread.currentThread().isInterrupted()) {
                break;
            }
            takeUp(file);
        }
        return next;
    }

    private void takeUp(DroppedFile file) throws IOException {
        try {
            byte[] payload = read(file);
            if (file.equals(DroppedFile.at(file.path()))) {
                submit(file.path(), payload);
            }
        } catch (IntakeRefusedException e) {
            refuse(file.path(), String.valueOf(e.getMessage()));
        } catch (AccessDeniedException e) {
            refuse(file.path(), "UNREADABLE: expected a file that this process may read, but access was denied");
        } catch (NoSuchFileException gone) {
            LOG.debug("{} was taken away before it was read", file.path());
        }
    }

    private byte[] read(DroppedFile file) throws IOException {
        int max = intake.maxPayloadBytes();
        if (file.size() > max) {
            throw IntakeRefusedException.payloadTooLarge(file.size(), max);
        }
        try (InputStream in = Files.newInputStream(file.path())) {
            byte[] payload = in.readNBytes(max);
            if (in.read() >= 0) {
                throw IntakeRefusedException.payloadTooLarge(Files.size(file.path()), max);
            }
            return payload;
        }
    }

    private void submit(Path file, byte[] payload) throws IOException {
        Headers headers =
                Headers.NONE.with(KafkaSource.NAME_HEADER, file.getFileName().toString());
        Receipt receipt = intake.submit(new Submission(pipeline, null, headers, payload));
        LOG.info("{} is flow {} of pipeline {}", file, receipt.trackingId(), pipeline);
        acknowledged = file;
        putAwayAcknowledged();
    }

    /** Comes before anything else, so that a file that cannot be moved is not sent again and again. */
    private void putAwayAcknowledged() throws IOException {
        if (acknowledged == null) {
            return;
        }
        try {
            Path unused = done.put(acknowledged);
        } catch (NoSuchFileException gone) {
            LOG.debug("{} was taken away after it was acknowledged", acknowledged);
        }
        acknowledged = null;
    }

    private void refuse(Path file, String reason) throws IOException {
        LOG.warn("{} is refused: {}", file, reason);
        try {
            Path unused = refused.put(file, reason);
        } catch (NoSuchFileException gone) {
            LOG.debug("{} was taken away before it was refused", file);
        }
    }

    private Duration pause(Exception reason) {
        failures++;
        Duration pause = pace.backoff().delay(failures);
        notBefore = clock.instant().plus(pause);
        LOG.warn("Drop folder {} is looked at again in {}: {}", folder, pause, reason.toString());
        return pause;
    }

    private static Duration shorter(Duration one, Duration other) {
        return one.compareTo(other) <= 0 ? one : other;
    }
}
