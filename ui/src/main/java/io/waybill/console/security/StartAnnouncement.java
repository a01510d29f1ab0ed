package io.waybill.console.security;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.ApplicationListener;
import org.springframework.core.env.Environment;

/** Says at the end of the start where the console is and how to log in. */
final class StartAnnouncement implements ApplicationListener<ApplicationReadyEvent> {

    private static final Logger log = LoggerFactory.getLogger(StartAnnouncement.class);

    private final OperatorPassword password;

    StartAnnouncement(OperatorPassword password) {
        this.password = password;
    }

    @Override
    public void onApplicationEvent(ApplicationReadyEvent event) {
        log.info("{}", announcement(event.getApplicationContext().getEnvironment()));
    }

    String announcement(Environment environment) {
        String secret = switch (password) {
            case OperatorPassword.Configured set -> "as set by " + set.setting();
            case OperatorPassword.Generated made -> "%s   (kept in %s)".formatted(made.value(), made.file());
        };
        return """


                  Waybill is ready.

                  Console   %s
                  User      %s
                  Password  %s
                """.formatted(address(environment), OperatorAccount.USER, secret);
    }

    private static String address(Environment environment) {
        boolean tls = environment.getProperty("server.ssl.enabled", Boolean.class, false)
                || environment.containsProperty("server.ssl.bundle")
                || environment.containsProperty("server.ssl.key-store");
        String port = environment.getProperty("local.server.port", environment.getProperty("server.port", "8080"));
        String path = environment.getProperty("server.servlet.context-path", "");
        return "%s://localhost:%s%s/".formatted(tls ? "https" : "http", port, path.equals("/") ? "" : path);
    }
}
