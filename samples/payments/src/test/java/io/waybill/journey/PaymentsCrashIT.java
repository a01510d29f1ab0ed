package io.waybill.journey;

import static org.assertj.core.api.Assertions.assertThat;

import io.waybill.engine.Probe.Point;
import io.waybill.samples.payments.generator.Defect;
import io.waybill.samples.payments.generator.Expectation;
import io.waybill.samples.payments.generator.LedgerRow;
import io.waybill.samples.payments.generator.PaymentFileGenerator;
import io.waybill.samples.payments.generator.Recipe;
import java.io.IOException;
import java.io.OutputStream;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/**
 * Kills the whole sample with SIGKILL again and again while files run through it; at the end topic, ledger and console must
 * agree with the files, as the generator computes them without Waybill. {@code -Dwaybill.crash.files}, {@code
 * -Dwaybill.crash.payments} and {@code -Dwaybill.crash.seed} make it longer, or repeat it.
 */
class PaymentsCrashIT {

    private static final int FILES = Integer.getInteger("waybill.crash.files", 12);
    private static final int PAYMENTS = Integer.getInteger("waybill.crash.payments", 10_000);
    private static final long SEED = Long.getLong("waybill.crash.seed", 20_261_120L);
    private static final int BROKEN = 3;
    /** A few debtors of each file reach it. */
    private static final BigDecimal DAILY_LIMIT = new BigDecimal("150000");

    private static final String DAILY_LIMIT_OPTION = "--payments.daily-limit=" + DAILY_LIMIT;
    private static final Duration LIMIT = Duration.ofMinutes(5);

    @TempDir
    Path folder;

    @Test
    void goes_on_after_kill_9_at_every_step_and_agrees_with_the_files() throws Exception {
        Random random = new Random(SEED);
        List<Recipe> recipes = new ArrayList<>();
        for (int i = 0; i < FILES; i++) {
            recipes.add(Recipe.of(SEED + i, PAYMENTS).with(Defect.IBAN, BROKEN));
        }
        try (SampleApp app = new SampleApp(folder.resolve("data"))) {
            drop(app, recipes.subList(0, 1));
            killInItsFirstLifeOnceRowsAreThere(app);
            drop(app, recipes.subList(1, FILES));
            killWhileFilesAreTakenIn(app, 2 + random.nextInt(FILES / 2));
            killAt(app, Point.INSIDE_SPLIT, 1 + random.nextInt(PAYMENTS));
            killAt(app, Point.FLUSHED, 1 + random.nextInt(2));
            killAt(app, Point.OFFSETS_SENT, 1 + random.nextInt(2));
            killAt(app, Point.SUNK, 1 + random.nextInt(3));
            killAt(app, Point.COMMITTED, 1 + random.nextInt(2));
            killThePostgresBesideIt(app);
            killAt(app, Point.RESTORING, 1 + random.nextInt(2));
            app.start(DAILY_LIMIT_OPTION);
            app.awaitConsole();

            Map<String, JsonNode> settled = awaitSettled(app);

            agree(recipes, settled, app);
        }
    }

    /** The generator writes beside the inbox; a rename makes the file appear whole. */
    private void drop(SampleApp app, List<Recipe> recipes) throws IOException {
        for (Recipe recipe : recipes) {
            Path part = app.inbox().resolve(recipe.messageId() + ".xml.part");
            try (OutputStream out = Files.newOutputStream(part)) {
                new PaymentFileGenerator(recipe).writeTo(out);
            }
            Files.move(part, app.inbox().resolve(recipe.messageId() + ".xml"), StandardCopyOption.ATOMIC_MOVE);
        }
    }

    /** What its first life set up is what the later ones must find. */
    private static void killInItsFirstLifeOnceRowsAreThere(SampleApp app) throws Exception {
        app.start(DAILY_LIMIT_OPTION);
        app.awaitConsole();
        Await.until(
                "rows are written",
                LIMIT,
                () -> !LedgerTable.read(app.jdbcUrl()).isEmpty());
        app.kill();
    }

    private void killWhileFilesAreTakenIn(SampleApp app, int taken) throws Exception {
        app.start(DAILY_LIMIT_OPTION);
        Path done = app.inbox().resolve("done");
        Await.until("files are taken in", LIMIT, () -> Files.isDirectory(done) && count(done) >= taken);
        app.kill();
    }

    private static long count(Path directory) throws IOException {
        try (var files = Files.list(directory)) {
            return files.count();
        }
    }

    private void killAt(SampleApp app, Point point, int times) throws Exception {
        Path reached = folder.resolve("reached-" + point);
        app.start(
                DAILY_LIMIT_OPTION,
                "--spring.main.sources=" + KillPointConfiguration.class.getName(),
                "--kill.point=" + point,
                "--kill.times=" + times,
                "--kill.file=" + reached);
        Await.until(
                "the application reaches " + point + " for the " + times + ". time, see " + app.log(),
                LIMIT,
                () -> Files.exists(reached));
        app.kill();
    }

    /** Payments go on being cleared without it; then the application dies as well. */
    private static void killThePostgresBesideIt(SampleApp app) throws Exception {
        app.start(DAILY_LIMIT_OPTION);
        app.awaitConsole();
        int booked = LedgerTable.read(app.jdbcUrl()).size();
        Await.until(
                "rows are written", LIMIT, () -> LedgerTable.read(app.jdbcUrl()).size() > booked);
        app.killPostgres();
        app.kill();
    }

    /** By message id: the flows that are no duplicates, once all of them have their result. */
    private static Map<String, JsonNode> awaitSettled(SampleApp app) {
        Map<String, JsonNode> settled = new HashMap<>();
        Await.until("every file has its result", LIMIT, () -> {
            settled.clear();
            for (JsonNode flow :
                    app.get("/api/flows?pipeline=payment-files&limit=500").get("flows")) {
                String status = flow.get("status").asString();
                if (status.equals("IN_PROGRESS")) {
                    return false;
                }
                if (!status.equals("DUPLICATE")) {
                    assertThat(settled.put(flow.get("batchId").asString(), flow))
                            .as("only one flow of a file takes effect")
                            .isNull();
                }
            }
            return settled.size() == FILES;
        });
        return settled;
    }

    private static void agree(List<Recipe> recipes, Map<String, JsonNode> flows, SampleApp app) throws Exception {
        Map<String, Integer> expected = new TreeMap<>();
        List<LedgerRow> rows = new ArrayList<>();
        for (Recipe recipe : recipes) {
            Expectation expectation = new PaymentFileGenerator(recipe).expectation(DAILY_LIMIT);
            expectation.cleared().forEach(id -> expected.put(id, 1));
            rows.addAll(new PaymentFileGenerator(recipe).ledger(DAILY_LIMIT));
            JsonNode flow = Objects.requireNonNull(flows.get(recipe.messageId()));
            assertThat(flow.get("status").asString()).isEqualTo("PARTIAL");
            assertThat(flow.at("/counts/succeeded").asLong())
                    .isEqualTo(expectation.cleared().size());
            assertThat(flow.at("/counts/failed").asLong())
                    .isEqualTo(expectation.failed().size());
            String id = flow.get("trackingId").asString();
            // Dead letters come by another topic than results do.
            Await.until(
                    "the dead letters of " + id + " are shown",
                    LIMIT,
                    () -> deadLetters(app, id).size() == expectation.failed().size());
            assertThat(deadLetters(app, id)).isEqualTo(expectation.failed());
        }
        assertThat(ClearedPayments.read(app.bootstrapServers())).isEqualTo(expected);
        assertThat(LedgerTable.read(app.jdbcUrl())).isEqualTo(LedgerTable.sorted(rows));
    }

    /** Error code by label, which is the end-to-end id. */
    private static Map<String, String> deadLetters(SampleApp app, String trackingId) throws Exception {
        Map<String, String> codes = new HashMap<>();
        for (JsonNode deadLetter :
                app.get("/api/dead-letters?limit=500&trackingId=" + trackingId).get("deadLetters")) {
            codes.put(
                    deadLetter.get("label").asString(),
                    deadLetter.get("errorCode").asString());
        }
        return codes;
    }
}
