package io.waybill.testkit.engine;

import io.waybill.testkit.history.Oracle;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What {@link Workload} must do, said in another way. */
final class WorkloadOracle implements Oracle {

    private static final Pattern MESSAGE = Pattern.compile("(.*)#(.*)");
    private static final Pattern ITEM = Pattern.compile(".*\\|([a-z]+)(\\d*)");

    private final boolean splits;

    WorkloadOracle(boolean splits) {
        this.splits = splits;
    }

    @Override
    public Expected of(byte[] payload, String entry, boolean replayed) {
        String text;
        try {
            text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(payload))
                    .toString();
        } catch (CharacterCodingException undecodable) {
            return Oracle.fails("UNDECODABLE");
        }
        if (!entry.isEmpty()) {
            return item(text, replayed);
        }
        if (text.contains("unreadable")) {
            return Oracle.fails("UNREADABLE");
        }
        return splits ? message(text) : item(text, replayed);
    }

    /** What an item's number must be is {@link CountCheck}'s to say. */
    @Override
    public String comparable(String output) {
        return output.substring(0, output.lastIndexOf(Counting.NUMBER));
    }

    private static Expected message(String text) {
        Matcher message = MESSAGE.matcher(text);
        if (!message.matches()) {
            throw new IllegalArgumentException("the workload never says " + text);
        }
        if (message.group(2).isEmpty()) {
            return Oracle.isFiltered();
        }
        List<byte[]> parts = new ArrayList<>();
        for (String behaviour : message.group(2).split(",", -1)) {
            parts.add((message.group(1) + "|" + parts.size() + "|" + behaviour).getBytes(StandardCharsets.UTF_8));
        }
        return parts.size() > SimulatedEngine.MAX_PARTS
                ? Oracle.fails("TOO_MANY_PARTS")
                : new Expected.Split(Workload.SPLIT, parts);
    }

    private static Expected item(String text, boolean replayed) {
        Matcher item = ITEM.matcher(text);
        if (!item.matches()) {
            throw new IllegalArgumentException("the workload never says " + text);
        }
        return switch (item.group(1)) {
            case "drop" -> Oracle.isFiltered();
            case "poison" -> Oracle.fails("POISON");
            case "boom" -> Oracle.fails("IllegalStateException");
            case "huge" -> Oracle.fails("RECORD_TOO_LARGE");
            case "twice" -> Oracle.passes(text + "-1", text + "-2");
            case "flaky" ->
                Integer.parseInt(item.group(2)) <= Workload.RETRIES
                        ? Oracle.passes(text)
                        : Oracle.passesOrFails("IllegalStateException", text);
            // It stops its task until it passes; a replay stops nothing.
            case "guard" -> replayed ? Oracle.passesOrFails("IllegalStateException", text) : Oracle.passes(text);
            default -> Oracle.passes(text);
        };
    }
}
