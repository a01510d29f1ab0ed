package io.waybill.crash;

import io.waybill.crash.generator.GeneratorMain;
import io.waybill.crash.generator.Journal;
import io.waybill.crash.process.Await;
import io.waybill.crash.process.ChildJvm;
import io.waybill.crash.process.Word;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** The generator's process and its journal. */
final class Generator implements AutoCloseable {

    private static final int HEAP = 96;
    // It waits for the fate of what it sent, which may need a broker that is just coming back.
    private static final Duration ANSWER = Duration.ofMinutes(4);

    private final ChildJvm process;
    private final Path journal;

    Generator(Path folder, String bootstrapServers, long seed, int perSecond) {
        this.journal = folder.resolve("journal");
        this.process = ChildJvm.start(
                folder.resolve("generator.log"),
                HEAP,
                GeneratorMain.class,
                List.of(bootstrapServers, journal.toString(), Long.toString(seed), Integer.toString(perSecond)));
    }

    /** Returns when nothing is on its way. */
    void pause() {
        process.tell("PAUSE");
        await(Word.PAUSED);
    }

    void resume() {
        process.tell("RESUME");
    }

    void resend(int orders) {
        process.tell("RESEND " + orders);
    }

    void stop() {
        process.tell("STOP");
        await(Word.STOPPED);
    }

    private void await(Word word) {
        Await.until("the generator says " + word + ", see " + process.log(), ANSWER, () -> process.said(word));
    }

    Map<Long, Journal.Sent> journal() throws IOException {
        return Journal.read(journal);
    }

    @Override
    public void close() {
        process.kill();
    }
}
