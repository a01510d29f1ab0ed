package io.waybill.console;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * The console's settings.
 *
 * @param enabled whether the application has a console
 * @param operatorPassword of the user {@code operator}; null: {@code WAYBILL_OPERATOR_PASSWORD}, else one is generated
 *     once and kept in the data folder
 * @param maxUpload the largest upload, all its files together
 */
@ConfigurationProperties("waybill.console")
public record ConsoleProperties(
        @DefaultValue("true") boolean enabled,
        @Nullable String operatorPassword,
        @DefaultValue("256MB") DataSize maxUpload) {

    public ConsoleProperties {
        if (maxUpload.toBytes() <= 0) {
            throw new IllegalArgumentException(
                    "expected waybill.console.max-upload to be more than 0 bytes, but it is " + maxUpload);
        }
    }
}
