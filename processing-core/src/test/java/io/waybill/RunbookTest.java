package io.waybill;

import static org.assertj.core.api.Assertions.assertThat;

import io.waybill.engine.TaskHaltedException;
import io.waybill.intake.IntakeRefusedException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Whoever meets a stable code finds a page that says what it means, what is safe and what to do. */
class RunbookTest {

    static final Path ROOT = root();

    private static final Path RUNBOOKS = ROOT.resolve("docs/runbooks");

    /** What exceptions and problems are made with; enum constants and string literals alike. */
    private static final Pattern ENUM = Pattern.compile("enum Code \\{(.*?)}", Pattern.DOTALL);

    private static final Pattern COMMENT = Pattern.compile("/\\*.*?\\*/", Pattern.DOTALL);
    private static final Pattern CONSTANT = Pattern.compile("\\b[A-Z]+(?:_[A-Z]+)+\\b");
    private static final Pattern LITERAL = Pattern.compile("\"([A-Z]+(?:_[A-Z]+)+)\"");

    static Stream<String> haltsAndRefusals() {
        return Stream.concat(names(TaskHaltedException.Code.values()), names(IntakeRefusedException.Code.values()));
    }

    /** Poison that the engine and the pipeline API throw themselves, and the incident of a thread. */
    static Stream<String> engineCodes() {
        return Stream.of(
                "RECORD_TOO_LARGE",
                "MESSAGE_ID_MISSING",
                "MESSAGE_ID_CONFLICT",
                "MESSAGE_ID_TOO_LONG",
                "BATCH_ID_TOO_LONG",
                "TOO_MANY_PARTS",
                "PART_TOO_LARGE",
                "SPLIT_TOO_LARGE",
                "EFFECTS_TOO_LARGE",
                "NULL_RESULT",
                "UNDECODABLE",
                "JSON_NULL",
                "KEY_MISSING",
                "STATE_UNREADABLE",
                "STATE_NOT_WRITTEN",
                "STATE_TOO_LARGE",
                "TOO_MANY_EMITTED",
                "TIMER_NOT_HANDLED",
                "TIMER_NAME_TOO_LONG",
                "DEADLINE_EXCEEDED",
                "OPERATORS_STUCK",
                "QUARANTINED",
                "OUTPUT_REFUSED",
                "SINK_NOT_COMMITTED",
                "SINK_NOT_APPLIED",
                "ROW_REJECTED",
                "PREPARED_IN_DOUBT",
                "THREAD_FAILED");
    }

    /** What exceptions, failures and REST problems of every module are named by; samples have codes of their own. */
    static Stream<String> codesInTheSources() throws IOException {
        Set<String> codes = new TreeSet<>();
        for (Path module : modules()) {
            try (Stream<Path> sources = Files.walk(module.resolve("src/main/java"))) {
                for (Path source : sources.filter(RunbookTest::speaksInCodes).toList()) {
                    collectCodes(Files.readString(source), codes);
                }
            }
        }
        return codes.stream();
    }

    @ParameterizedTest
    @MethodSource({"haltsAndRefusals", "engineCodes", "codesInTheSources"})
    void each_code_has_a_page(String code) throws IOException {
        assertThat(Files.readString(RUNBOOKS.resolve(code + ".md")))
                .startsWith("# " + code + "\n")
                .contains("\n## What it means\n", "\n## What is safe\n", "\n## What to do\n");
    }

    @Test
    void codes_are_found_in_constants_and_literals() throws IOException {
        assertThat(codesInTheSources())
                .contains(
                        "POSITIONS_DISAGREE", "INVALID_ID", "UNREADABLE_LOG", "INVALID_PIPELINE", "INTAKE_UNAVAILABLE");
    }

    private static void collectCodes(String source, Set<String> codes) {
        LITERAL.matcher(source).results().map(found -> found.group(1)).forEach(codes::add);
        ENUM.matcher(COMMENT.matcher(source).replaceAll(""))
                .results()
                .flatMap(body -> CONSTANT.matcher(body.group(1)).results())
                .map(MatchResult::group)
                .forEach(codes::add);
    }

    private static boolean speaksInCodes(Path source) {
        String name = source.getFileName().toString();
        return name.endsWith("Exception.java") || name.endsWith("Failures.java") || name.endsWith("Problems.java");
    }

    private static Iterable<Path> modules() throws IOException {
        try (Stream<Path> folders = Files.list(ROOT)) {
            return folders.filter(folder -> Files.isDirectory(folder.resolve("src/main/java")))
                    .toList();
        }
    }

    private static Stream<String> names(Enum<?>[] values) {
        return Arrays.stream(values).map(Enum::name);
    }

    /** The repository, from whatever folder the test runs in. */
    private static Path root() {
        Path start = Path.of("").toAbsolutePath();
        for (Path folder = start; folder != null; folder = folder.getParent()) {
            if (Files.isDirectory(folder.resolve("docs/runbooks"))) {
                return folder;
            }
        }
        throw new IllegalStateException("expected docs/runbooks in " + start + " or above");
    }
}
