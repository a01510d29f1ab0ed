package io.waybill.console.fakes;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.autoconfigure.AutoConfigurationImportFilter;
import org.springframework.boot.autoconfigure.AutoConfigurationMetadata;

/** Leaves out what needs a broker or a database: the fakes stand in for it. */
class OnlyTheConsole implements AutoConfigurationImportFilter {

    private static final List<String> LEFT_OUT = List.of(
            "org.springframework.boot.jdbc.",
            "org.springframework.boot.data.",
            "org.springframework.boot.hibernate.",
            "org.springframework.boot.jpa.",
            "org.springframework.boot.flyway.",
            "org.springframework.boot.kafka.");

    @Override
    public boolean[] match(@Nullable String[] names, AutoConfigurationMetadata metadata) {
        boolean[] kept = new boolean[names.length];
        for (int i = 0; i < names.length; i++) {
            kept[i] = names[i] == null || isKept(names[i]);
        }
        return kept;
    }

    private static boolean isKept(String name) {
        return name.startsWith("io.waybill.")
                ? name.startsWith("io.waybill.console.")
                : LEFT_OUT.stream().noneMatch(name::startsWith);
    }
}
