package io.waybill.samples.payments.generator;

import java.util.List;
import java.util.Map;

/**
 * What has to become of a generated file. Immutable.
 *
 * @param fileError the code under which the whole file fails; empty where it is split
 * @param cleared the end-to-end ids that clear, in the order of the file
 * @param failed the end-to-end ids that fail and their error codes, in the order of the file
 */
public record Expectation(String fileError, List<String> cleared, Map<String, String> failed) {

    public Expectation {
        cleared = List.copyOf(cleared);
    }
}
