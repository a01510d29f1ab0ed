package io.waybill.crash.console;

import io.waybill.crash.process.Parent;
import io.waybill.crash.process.Word;
import jakarta.servlet.Filter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import java.security.Principal;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.annotation.Bean;
import org.springframework.context.event.EventListener;

/** Projection, outbox and REST API of dead letters on Waybill's starter, without an engine. One user, who needs no password. */
@SpringBootConfiguration(proxyBeanMethods = false)
@EnableAutoConfiguration
public class ConsoleMain {

    static final String USER = "somebody";

    public static void main(String[] arguments) {
        Parent.listen(line -> {});
        SpringApplication.run(ConsoleMain.class, arguments);
    }

    @Bean
    Filter everybodyIsSomebody() {
        return (request, response, chain) -> chain.doFilter(
                new HttpServletRequestWrapper((HttpServletRequest) request) {
                    @Override
                    public Principal getUserPrincipal() {
                        return () -> USER;
                    }
                },
                response);
    }

    @EventListener(ApplicationReadyEvent.class)
    void ready() {
        Parent.tell(Word.READY, "");
    }
}
