package io.waybill.sinks.files;

import io.waybill.pipeline.Poison;
import io.waybill.sink.Participant;
import io.waybill.sink.SinkScope;
import io.waybill.sink.TwoPhaseSink;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Rows in files of one folder, each row exactly once, whatever crashes. A file is whole when it appears and never changes
 * afterwards.
 *
 * <pre>{@code
 * .to("settled", FileSink.into(Path.of("/data/settled"), (Payment payment) -> json.writeValueAsBytes(payment))
 *         .named("payments-", ".jsonl")
 *         .rollingEvery(Duration.ofMinutes(5)))
 * }</pre>
 *
 * Without rolling there is one file for each checkpoint of a processing thread that has rows, visible when it is
 * committed. With rolling rows are as safe at that moment, and visible when their file is full. Several threads, instances,
 * sinks and pipelines may write to one folder; it must exist. Immutable.
 *
 * @param <T> the values it takes
 */
public final class FileSink<T> implements TwoPhaseSink<T> {

    private static final Pattern PREFIX = Pattern.compile("([A-Za-z0-9_][A-Za-z0-9._-]{0,39})?");
    private static final Pattern SUFFIX = Pattern.compile("[A-Za-z0-9._-]{0,20}");

    private final Path folder;
    private final Encoder<? super T> encoder;
    private final Options options;
    private final Disk disk;
    private final InstantSource clock;

    /** Turns a value into the bytes of a row, without its delimiter. What it throws is the record's failure. */
    @FunctionalInterface
    public interface Encoder<T> {
        byte[] encode(T value) throws Exception;
    }

    /** @param delimiter null where rows delimit themselves */
    private record Options(
            String prefix,
            String suffix,
            @Nullable Byte delimiter,
            @Nullable Rolling rolling) {}

    FileSink(Path folder, Encoder<? super T> encoder, Disk disk, InstantSource clock) {
        this(folder, encoder, new Options("rows-", "", (byte) '\n', null), disk, clock);
    }

    private FileSink(Path folder, Encoder<? super T> encoder, Options options, Disk disk, InstantSource clock) {
        this.folder = folder.toAbsolutePath().normalize();
        this.encoder = encoder;
        this.options = options;
        this.disk = disk;
        this.clock = clock;
    }

    /** One line for each row. */
    public static <T> FileSink<T> into(Path folder, Encoder<? super T> encoder) {
        return new FileSink<>(folder, encoder, new NioDisk(), InstantSource.system());
    }

    /**
     * How visible files' names begin and end, {@code rows-} and nothing at first. Between them stand time, sink, life and
     * checkpoint.
     *
     * @throws IllegalArgumentException where they are long, or hold anything but letters, digits, dots, dashes and
     *     underscores, or would hide the file
     */
    public FileSink<T> named(String prefix, String suffix) {
        if (!PREFIX.matcher(prefix).matches() || !SUFFIX.matcher(suffix).matches()) {
            throw new IllegalArgumentException(
                    "expected prefix and suffix of 40 and 20 letters, digits, '.', '-' and '_', the first no dot, but was '%s' and '%s'"
                            .formatted(prefix, suffix));
        }
        return with(new Options(prefix, suffix, options.delimiter(), options.rolling()));
    }

    /** The byte behind each row. A row that holds it is refused. */
    public FileSink<T> delimitedBy(byte delimiter) {
        return with(new Options(options.prefix(), options.suffix(), delimiter, options.rolling()));
    }

    /** Rows stand one behind the other, as the encoder made them. */
    public FileSink<T> undelimited() {
        return with(new Options(options.prefix(), options.suffix(), null, options.rolling()));
    }

    /** A file appears once it has this many bytes, or by {@link #rollingEvery}, a minute at first. */
    public FileSink<T> rollingAt(long bytes) {
        return rolling(new Rolling(bytes, rolling().every()));
    }

    /**
     * A file appears this long after its first row was committed, or by {@link #rollingAt}, 128 MiB at first. It is looked
     * for at each commit and every 20 to 30 s.
     */
    public FileSink<T> rollingEvery(Duration time) {
        return rolling(new Rolling(rolling().bytes(), time));
    }

    private Rolling rolling() {
        Rolling rolling = options.rolling();
        return rolling == null ? Rolling.USUAL : rolling;
    }

    private FileSink<T> rolling(Rolling rolling) {
        return with(new Options(options.prefix(), options.suffix(), options.delimiter(), rolling));
    }

    private FileSink<T> with(Options changed) {
        return new FileSink<>(folder, encoder, changed, disk, clock);
    }

    /** @throws Poison where the row holds the delimiter */
    @Override
    public Row bind(T value) throws Exception {
        byte[] row = encoder.encode(value);
        Byte delimiter = options.delimiter();
        if (delimiter == null) {
            return new FileRow(row.clone());
        }
        byte[] content = new byte[row.length + 1];
        for (int i = 0; i < row.length; i++) {
            if (row[i] == delimiter) {
                throw Poison.because(
                        "ROW_HOLDS_DELIMITER",
                        "expected a row without the byte 0x%02x, which ends rows, but it is at %d of %d",
                        delimiter,
                        i,
                        row.length);
            }
            content[i] = row[i];
        }
        content[row.length] = delimiter;
        return new FileRow(content);
    }

    @Override
    public Participant open(SinkScope scope) {
        Layout layout = new Layout(folder, scope.tag(), options.prefix(), options.suffix());
        RolledFiles rolled = new RolledFiles(disk, layout, rolling(), clock);
        Publication publication = options.rolling() == null ? new FileForEach(disk, layout, rolled) : rolled;
        return new FileParticipant(disk, layout, publication, clock);
    }
}
