package io.waybill.samples.payments.generator;

import java.math.BigInteger;
import java.util.List;
import java.util.random.RandomGenerator;

/** International bank account numbers, computed by ISO 13616 and nothing else. */
final class Ibans {

    /** Country and form of its account numbers: A is a letter, 9 a digit. */
    private static final List<String> FORMS = List.of(
            "DE999999999999999999",
            "AT9999999999999999",
            "NLAAAA9999999999",
            "ES99999999999999999999",
            "PL999999999999999999999999",
            "GBAAAA99999999999999");

    private static final BigInteger MODULUS = BigInteger.valueOf(97);

    private Ibans() {}

    static String random(RandomGenerator random) {
        String form = FORMS.get(random.nextInt(FORMS.size()));
        String country = form.substring(0, 2);
        StringBuilder account = new StringBuilder();
        for (char place : form.substring(2).toCharArray()) {
            account.append(place == '9' ? (char) ('0' + random.nextInt(10)) : (char) ('A' + random.nextInt(26)));
        }
        return country + checkDigits(country, account.toString()) + account;
    }

    /** In one of the ways that people break them. */
    static String broken(String iban, RandomGenerator random) {
        int check = Integer.parseInt(iban.substring(2, 4));
        return switch (random.nextInt(4)) {
            case 0 -> iban.substring(0, 2) + twoDigits(check == 98 ? 2 : check + 1) + iban.substring(4);
            case 1 -> iban.substring(0, iban.length() - 1);
            case 2 -> "ZZ" + iban.substring(2);
            default -> "";
        };
    }

    private static String checkDigits(String country, String account) {
        StringBuilder digits = new StringBuilder();
        for (char c : (account + country + "00").toCharArray()) {
            digits.append(Character.digit(c, 36));
        }
        int rest = new BigInteger(digits.toString()).mod(MODULUS).intValue();
        return twoDigits(98 - rest);
    }

    private static String twoDigits(int value) {
        return (value < 10 ? "0" : "") + value;
    }
}
