package io.waybill.console.security;

import java.nio.file.Path;

/** The password of the user {@code operator}, and where it comes from. */
sealed interface OperatorPassword {

    String value();

    /** @param setting the property or variable that sets it */
    record Configured(String value, String setting) implements OperatorPassword {

        @Override
        public String toString() {
            return "Configured[" + setting + "]";
        }
    }

    /** @param file that keeps it */
    record Generated(String value, Path file) implements OperatorPassword {

        @Override
        public String toString() {
            return "Generated[" + file + "]";
        }
    }
}
