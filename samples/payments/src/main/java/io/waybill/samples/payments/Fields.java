package io.waybill.samples.payments;

import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** The small structures that occur in several places of a message. Each consumes the cursor's current element. */
final class Fields {

    /** ISO 20022 has 18 digits; a few more are told apart, so that a wrong amount is shown as it was written. */
    private static final Pattern NUMBER = Pattern.compile("[+-]?\\d{1,30}(\\.\\d{1,20})?");

    private Fields() {}

    /** The text of one child; empty where it is not there. */
    static String child(XmlCursor xml, String wanted) {
        List<String> found = children(xml, wanted);
        return found.isEmpty() ? "" : found.getFirst();
    }

    /** An account's IBAN; empty where it has only a number of another kind. */
    static String iban(XmlCursor xml) {
        List<String> found = new ArrayList<>();
        xml.eachChild(name -> {
            if (name.equals("Id")) {
                found.addAll(children(xml, "IBAN"));
            } else {
                xml.skip();
            }
        });
        return found.isEmpty() ? "" : found.getFirst();
    }

    /** A bank's BIC; empty where it is known by something else. */
    static String bic(XmlCursor xml, PainVersion version) {
        List<String> found = new ArrayList<>();
        xml.eachChild(name -> {
            if (name.equals("FinInstnId")) {
                found.addAll(children(xml, version.bicElement()));
            } else {
                xml.skip();
            }
        });
        return found.isEmpty() ? "" : found.getFirst();
    }

    /** The unstructured lines, else the structured creditor reference. */
    static String remittance(XmlCursor xml) {
        List<String> lines = new ArrayList<>();
        List<String> references = new ArrayList<>();
        xml.eachChild(name -> {
            switch (name) {
                case "Ustrd" -> lines.add(xml.text());
                case "Strd" ->
                    xml.eachChild(inner -> {
                        if (inner.equals("CdtrRefInf")) {
                            references.addAll(children(xml, "Ref"));
                        } else {
                            xml.skip();
                        }
                    });
                default -> xml.skip();
            }
        });
        return String.join(" ", lines.isEmpty() ? references : lines);
    }

    /** A date, in .09 the choice of a date and a date with time; a time zone says nothing about the day meant. */
    static LocalDate date(XmlCursor xml, PainVersion version) {
        if (version == PainVersion.V03) {
            return date(xml, xml.text(), DateTimeFormatter.ISO_DATE);
        }
        List<LocalDate> found = new ArrayList<>();
        xml.eachChild(name -> {
            switch (name) {
                case "Dt" -> found.add(date(xml, xml.text(), DateTimeFormatter.ISO_DATE));
                case "DtTm" -> found.add(date(xml, xml.text(), DateTimeFormatter.ISO_DATE_TIME));
                default -> xml.skip();
            }
        });
        if (found.isEmpty()) {
            throw xml.malformed(Malformed.MISSING_FIELD, "expected ReqdExctnDt/Dt or DtTm, but both are missing");
        }
        return found.getFirst();
    }

    /** @throws io.waybill.pipeline.Poison unless the text is a decimal number without exponent */
    static BigDecimal number(XmlCursor xml, String field, String text) {
        if (!NUMBER.matcher(text).matches()) {
            throw xml.malformed(
                    Malformed.MALFORMED_FIELD, "expected a decimal number in %s, but was '%s'", field, shown(text));
        }
        return new BigDecimal(text);
    }

    /** The first text below the current element that is not empty: an organisation is known by one of many ids. */
    static String firstTextWithin(XmlCursor xml) {
        List<String> found = new ArrayList<>();
        collectTexts(xml, found);
        return found.isEmpty() ? "" : found.getFirst();
    }

    private static void collectTexts(XmlCursor xml, List<String> found) {
        xml.eachChild(name -> {
            switch (name) {
                case "BICOrBEI", "AnyBIC", "LEI" -> addUnlessEmpty(found, xml.text());
                case "OrgId", "PrvtId" -> collectTexts(xml, found);
                case "Othr" -> addUnlessEmpty(found, child(xml, "Id"));
                default -> xml.skip();
            }
        });
    }

    private static void addUnlessEmpty(List<String> found, String text) {
        if (!text.isEmpty()) {
            found.add(text);
        }
    }

    private static List<String> children(XmlCursor xml, String wanted) {
        List<String> found = new ArrayList<>();
        xml.eachChild(name -> {
            if (name.equals(wanted)) {
                found.add(xml.text());
            } else {
                xml.skip();
            }
        });
        return found;
    }

    private static LocalDate date(XmlCursor xml, String text, DateTimeFormatter format) {
        try {
            return LocalDate.from(format.parse(text));
        } catch (DateTimeException e) {
            throw xml.malformed(
                    Malformed.MALFORMED_FIELD, "expected an ISO date in ReqdExctnDt, but was '%s'", shown(text));
        }
    }

    private static String shown(String text) {
        return text.length() <= 50 ? text : text.substring(0, 50) + "…";
    }
}
