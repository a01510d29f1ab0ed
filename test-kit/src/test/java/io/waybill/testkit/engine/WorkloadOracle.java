package io.waybill.testkit.engine;

import io.waybill.format.v1.PartState;
import io.waybill.sink.Rejection;
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
    private static final Pattern ITEM = Pattern.compile(".*\\|([a-z]+)(\\d*)(-\\d)?");

    private static final String QUARANTINED = "QUARANTINED";
    private static final String TIMED_OUT = "CALL_TIMED_OUT";
    private static final String FAILED = "IllegalStateException";

    private final Shape shape;
    private final boolean disturbed;
    private final boolean endsAreAmbiguous;
    private final boolean crewsAreLost;
    private int mistakes;

    /**
     * @param disturbed whether any fault struck
     * @param endsAreAmbiguous whether a process may have ended by something else than the one killer
     * @param crewsAreLost whether so many operators hung that their owners gave up: what hangs may be held to have ended them
     * @param mistakes how many records may be taken for killers: each needs as many ends of their owners as a killer,
     *     and the last two of them by faults
     */
    WorkloadOracle(Shape shape, boolean disturbed, boolean endsAreAmbiguous, boolean crewsAreLost, int mistakes) {
        this.shape = shape;
        this.disturbed = disturbed;
        this.endsAreAmbiguous = endsAreAmbiguous;
        this.crewsAreLost = crewsAreLost;
        this.mistakes = mistakes;
    }

    @Override
    public boolean isWronglyQuarantined(byte[] payload) {
        if (crewsAreLost && new String(payload, StandardCharsets.UTF_8).endsWith("|" + Slowness.HANGING)) {
            return false;
        }
        return mistakes-- <= 0;
    }

    @Override
    public Expected of(byte[] payload, String stage, String entry, boolean replayed) {
        Expected expected = beside(payload, stage, entry, replayed);
        if (stage.equals(Workload.TABLE)) {
            return Workload.isRefused(new String(payload, StandardCharsets.UTF_8))
                    ? Oracle.fails(Rejection.BY_TARGET)
                    : Oracle.passes();
        }
        return shape.staged() && expected instanceof Expected.Leaf leaf ? staged(leaf) : expected;
    }

    @Override
    public boolean waitsUnsaid() {
        return shape.calls() || shape.sequences() || shape.narrow();
    }

    @Override
    public boolean areInSequence(String stage) {
        return shape.sequences();
    }

    /** What passes is staged, too. */
    private static Expected staged(Expected.Leaf leaf) {
        if (!leaf.allowed().contains(PartState.PASSED)) {
            return leaf;
        }
        List<byte[]> rows = leaf.outputs().stream()
                .map(output -> output.getBytes(StandardCharsets.UTF_8))
                .toList();
        return new Expected.Forwarded(
                Workload.TABLE,
                rows,
                leaf.allowed().contains(PartState.DEAD_LETTERED),
                leaf.errorCode(),
                leaf.outputs());
    }

    /** As if there were no staged sink. */
    private Expected beside(byte[] payload, String stage, String entry, boolean replayed) {
        String text;
        try {
            text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(payload))
                    .toString();
        } catch (CharacterCodingException undecodable) {
            return Oracle.fails("UNDECODABLE");
        }
        if (stage.equals(Workload.TABLE)) {
            return Oracle.passes();
        }
        if (stage.equals(Workload.ACCOUNTS)) {
            return checked(text);
        }
        if (!entry.isEmpty()) {
            return item(text, replayed);
        }
        if (text.contains("unreadable")) {
            return Oracle.fails("UNREADABLE");
        }
        if (text.endsWith(Killers.MESSAGE)) {
            return Oracle.fails(QUARANTINED);
        }
        return shape.splits() ? message(text) : item(text, replayed);
    }

    /** What an item's number must be is {@link CountCheck}'s to say. */
    @Override
    public String comparable(String output) {
        return output.substring(0, output.lastIndexOf(Counting.NUMBER));
    }

    @Override
    public String outputKey(String flowKey, String output) {
        return shape.rekeys() ? Workload.account(output) : flowKey;
    }

    /** Items of one account come from messages of many keys: only those of one key have an order. */
    @Override
    public String orderedBy(String outputKey, String output) {
        return outputKey + "/" + Workload.key(output);
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

    private Expected item(String text, boolean replayed) {
        Matcher item = parsed(text);
        String behaviour = item.group(1);
        return switch (behaviour) {
            case "oom" -> Oracle.fails(QUARANTINED);
            case "kill", "askkill" ->
                item.group(2).isEmpty() ? Oracle.fails(QUARANTINED) : worked(endsAreAmbiguous, QUARANTINED, text);
            case "drop" -> Oracle.isFiltered();
            case "poison" -> Oracle.fails("POISON");
            case "boom" -> Oracle.fails("IllegalStateException");
            case "huge" ->
                shape.rekeys()
                        ? forwarded(false, "", text + "x".repeat(2 * Workload.SINK_MAX_BYTES))
                        : Oracle.fails("RECORD_TOO_LARGE");
            case "twice" -> worked(false, "", text + "-1", text + "-2");
            case "flaky" -> worked(Integer.parseInt(item.group(2)) > Workload.RETRIES, FAILED, text);
            case "askfail" -> worked(Integer.parseInt(item.group(2)) > Workload.RETRIES, FAILED, text);
            case "asklate" -> worked(Integer.parseInt(item.group(2)) > Workload.RETRIES, TIMED_OUT, text);
            // It stops its task until it passes; a replay stops nothing.
            case "guard" -> worked(replayed, FAILED, text);
            default -> shape.rekeys() ? forwarded(false, "", text) : checked(text);
        };
    }

    private Expected worked(boolean mayFail, String errorCode, String... items) {
        if (shape.rekeys()) {
            return forwarded(mayFail, errorCode, items);
        }
        return mayFail ? Oracle.passesOrFails(errorCode, items) : Oracle.passes(items);
    }

    private static Expected forwarded(boolean mayFail, String errorCode, String... items) {
        List<byte[]> payloads = new ArrayList<>();
        for (String item : items) {
            payloads.add(item.getBytes(StandardCharsets.UTF_8));
        }
        return new Expected.Forwarded(Workload.ACCOUNTS, payloads, mayFail, errorCode);
    }

    /** From the re-keying on. */
    private Expected checked(String text) {
        Matcher item = parsed(text);
        if (item.group(1).startsWith("huge")) {
            return Oracle.fails("RECORD_TOO_LARGE");
        }
        return switch (item.group(1)) {
            case "latekill" -> Oracle.fails(QUARANTINED);
            case Sender.REFUSED -> shape.ledger() ? Oracle.fails("OUTPUT_REFUSED") : Oracle.passes(text);
            case "late" -> Oracle.fails("LATE");
            case "stuck", Slowness.HANGING ->
                disturbed ? Oracle.passesOrFails("DEADLINE_EXCEEDED", text) : Oracle.fails("DEADLINE_EXCEEDED");
            case "againfail" -> passesIfTriedOften(item, FAILED, text);
            case "againlate" -> passesIfTriedOften(item, TIMED_OUT, text);
            case "later" ->
                Integer.parseInt(item.group(2)) > Workload.RETRIES
                        ? Oracle.passesOrFails("IllegalStateException", text)
                        : Oracle.passes(text);
            default -> Oracle.passes(text);
        };
    }

    private static Expected passesIfTriedOften(Matcher item, String errorCode, String text) {
        return Integer.parseInt(item.group(2)) > Workload.RETRIES
                ? Oracle.passesOrFails(errorCode, text)
                : Oracle.passes(text);
    }

    private static Matcher parsed(String text) {
        Matcher item = ITEM.matcher(text);
        if (!item.matches()) {
            throw new IllegalArgumentException("the workload never says " + text);
        }
        return item;
    }
}
