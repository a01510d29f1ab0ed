package io.waybill.sinks.files;

import io.waybill.sink.Claim;
import io.waybill.sink.Fence;
import io.waybill.sink.Handle;
import io.waybill.sink.Participant;
import io.waybill.sink.Prepared;
import io.waybill.sink.SinkScope;
import io.waybill.sink.Verdict;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;

/**
 * A process that writes rows until it is killed or all are written. Its record is a file beside the folder: a line for
 * each handle, behind prepare and before commit.
 */
final class KilledWriter {

    static final int CHECKPOINTS = 400;
    static final int ROWS = 5;
    static final SinkScope SCOPE = new SinkScope("group", "rows");

    private final FileSink<String> sink;
    private final Path record;
    private final UUID life = UUID.randomUUID();

    private KilledWriter(FileSink<String> sink, Path record) {
        this.sink = sink;
        this.record = record;
    }

    static FileSink<String> sink(Path folder, boolean rolling) {
        FileSink<String> each = FileSink.into(folder, text -> text.getBytes(StandardCharsets.UTF_8));
        return rolling ? each.rollingAt(200) : each;
    }

    public static void main(String[] arguments) throws Exception {
        new KilledWriter(sink(Path.of(arguments[0]), Boolean.parseBoolean(arguments[2])), Path.of(arguments[1])).run();
    }

    private void run() throws Exception {
        try (Participant participant = sink.open(SCOPE)) {
            long epoch = open(participant);
            for (int done = decided().size(); done < CHECKPOINTS; done++) {
                for (int i = 0; i < ROWS; i++) {
                    participant.write(0, sink.bind("row " + (done * ROWS + i)));
                }
                Handle handle = Handle.of(SCOPE, life, done + 1, Set.of(0));
                participant.prepare(handle, List.of(new Claim(0, epoch, done + 1)), Duration.ofSeconds(30));
                Files.writeString(record, handle.text() + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
                commit(participant, handle);
            }
        }
    }

    private List<String> decided() throws IOException {
        return Files.exists(record) ? Files.readAllLines(record) : List.of();
    }

    private long open(Participant participant) throws IOException {
        List<String> decided = decided();
        while (true) {
            Fence fence = participant.raise(0, Duration.ofSeconds(1));
            List<Handle> found = new ArrayList<>();
            for (Prepared prepared : participant.prepared()) {
                found.add(prepared.handle());
                if (decided.contains(prepared.handle().text())) {
                    commit(participant, prepared.handle());
                } else {
                    participant.abort(prepared.handle());
                }
            }
            if (found.isEmpty() && fence instanceof Fence.Raised raised) {
                long expected = decided.isEmpty() ? Fence.NOTHING : decided.size();
                if (raised.next() != expected) {
                    throw new IllegalStateException("expected next " + expected + ", but was " + raised.next());
                }
                return raised.epoch();
            }
        }
    }

    private static void commit(Participant participant, Handle handle) {
        switch (participant.commit(handle)) {
            case Verdict.Committed committed -> {}
            case Verdict.AlreadyCommitted already -> {}
            case Verdict.RetryLater later -> throw new IllegalStateException(later.reason());
            case Verdict.Rejected rejected -> throw new IllegalStateException(rejected.reason());
            case Verdict.Unknown unknown -> throw new IllegalStateException(unknown.reason());
        }
    }
}
