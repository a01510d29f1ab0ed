package io.waybill.samples.payments.generator;

import io.waybill.samples.payments.PainVersion;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The command line of the generator; {@code samples/payments/generate} starts it.
 *
 * <pre>
 * --seed n (1)  --version 03|09 (03)  --payments n (500)  --files n (1): with the seeds n, n+1, …
 * --ibans n  --bics n  --amounts n  --currencies n (0): how many payments are broken in this way
 * --file-defect none|wrong-control-sum|wrong-count|dtd|truncated (none)
 * --to folder (.)  --expected yes|no (no): also writes name.expected.csv, one line for each payment
 * </pre>
 */
public final class GeneratePaymentFiles {

    private static final Logger LOG = LoggerFactory.getLogger(GeneratePaymentFiles.class);

    private static final Set<String> OPTIONS = Set.of(
            "seed",
            "version",
            "payments",
            "files",
            "ibans",
            "bics",
            "amounts",
            "currencies",
            "file-defect",
            "to",
            "expected");

    private final Map<String, String> options;

    private GeneratePaymentFiles(Map<String, String> options) {
        this.options = options;
    }

    public static void main(String[] arguments) throws IOException {
        for (Path written : run(arguments)) {
            LOG.info("{} ({} bytes)", written, Files.size(written));
        }
    }

    /**
     * @return the files that were written
     * @throws IllegalArgumentException naming the option that is wrong
     */
    static List<Path> run(String... arguments) throws IOException {
        return new GeneratePaymentFiles(parse(arguments)).write();
    }

    private List<Path> write() throws IOException {
        Path folder = Files.createDirectories(Path.of(option("to", ".")));
        List<Path> written = new ArrayList<>();
        for (int i = 0; i < number("files", 1); i++) {
            Recipe recipe = recipe(number("seed", 1) + i);
            PaymentFileGenerator generator = new PaymentFileGenerator(recipe);
            Path file = folder.resolve(recipe.fileName());
            Path part = folder.resolve(recipe.fileName() + ".part");
            try (OutputStream out = Files.newOutputStream(part)) {
                generator.writeTo(out);
            }
            // a watched folder takes the file up only when it is whole
            Files.move(part, file, StandardCopyOption.REPLACE_EXISTING);
            written.add(file);
            if (option("expected", "no").equals("yes")) {
                Path expected = folder.resolve(recipe.fileName() + ".expected.csv");
                Files.writeString(expected, csv(generator.expectation()));
                written.add(expected);
            }
        }
        return written;
    }

    private Recipe recipe(long seed) {
        return Recipe.of(seed, (int) Math.min(Integer.MAX_VALUE, number("payments", 500)))
                .version(version())
                .with(Defect.IBAN, (int) number("ibans", 0))
                .with(Defect.BIC, (int) number("bics", 0))
                .with(Defect.AMOUNT, (int) number("amounts", 0))
                .with(Defect.CURRENCY, (int) number("currencies", 0))
                .with(fileDefect());
    }

    private PainVersion version() {
        return switch (option("version", "03")) {
            case "03" -> PainVersion.V03;
            case "09" -> PainVersion.V09;
            case String other -> throw new IllegalArgumentException("--version: expected 03 or 09, but was " + other);
        };
    }

    private FileDefect fileDefect() {
        String name = option("file-defect", "none");
        for (FileDefect defect : FileDefect.values()) {
            if (defect.name().toLowerCase(Locale.ROOT).replace('_', '-').equals(name)) {
                return defect;
            }
        }
        throw new IllegalArgumentException(
                "--file-defect: expected none, wrong-control-sum, wrong-count, dtd or truncated, but was " + name);
    }

    private long number(String name, long otherwise) {
        String text = option(name, Long.toString(otherwise));
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("--%s: expected a number, but was %s".formatted(name, text), e);
        }
    }

    private String option(String name, String otherwise) {
        return options.getOrDefault(name, otherwise);
    }

    private static String csv(Expectation expectation) {
        StringBuilder lines = new StringBuilder("endToEndId,outcome\n");
        if (!expectation.fileError().isEmpty()) {
            lines.append("*,").append(expectation.fileError()).append('\n');
        }
        expectation.cleared().forEach(id -> lines.append(id).append(",CLEARED\n"));
        expectation
                .failed()
                .forEach((id, code) -> lines.append(id).append(',').append(code).append('\n'));
        return lines.toString();
    }

    private static Map<String, String> parse(String... arguments) {
        Map<String, String> options = new HashMap<>();
        for (int i = 0; i < arguments.length; i += 2) {
            String name = arguments[i].startsWith("--") ? arguments[i].substring(2) : "";
            if (!OPTIONS.contains(name)) {
                throw new IllegalArgumentException("expected one of the options %s, but was '%s'"
                        .formatted(OPTIONS.stream().sorted().toList(), arguments[i]));
            }
            if (i + 1 == arguments.length) {
                throw new IllegalArgumentException("--%s: expected a value behind it".formatted(name));
            }
            options.put(name, arguments[i + 1]);
        }
        return options;
    }
}
