package io.waybill.samples.payments.generator;

import java.util.List;
import java.util.random.RandomGenerator;

/** Codes of banks that do not exist, in the form of ISO 9362. */
final class Bics {

    private static final List<String> COUNTRIES = List.of("DE", "AT", "NL", "ES", "PL", "GB");

    private Bics() {}

    static String random(RandomGenerator random) {
        String country = COUNTRIES.get(random.nextInt(COUNTRIES.size()));
        String branch = random.nextBoolean() ? "" : "XXX";
        return "WYB" + (char) ('A' + random.nextInt(26)) + country + "2" + (char) ('A' + random.nextInt(26)) + branch;
    }
}
