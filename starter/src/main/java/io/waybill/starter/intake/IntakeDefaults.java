package io.waybill.starter.intake;

import java.util.Map;
import org.springframework.boot.EnvironmentPostProcessor;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.env.DefaultPropertiesPropertySource;
import org.springframework.core.env.ConfigurableEnvironment;

/**
 * Lets the server admit headers up to a size at which the intake, not the server, judges an id: its refusal says what
 * was expected. Any setting of the application's own goes first.
 */
final class IntakeDefaults implements EnvironmentPostProcessor {

    @Override
    public void postProcessEnvironment(ConfigurableEnvironment environment, SpringApplication application) {
        DefaultPropertiesPropertySource.addOrMerge(
                Map.of("server.max-http-request-header-size", "64KB"), environment.getPropertySources());
        DefaultPropertiesPropertySource.moveToEnd(environment);
    }
}
