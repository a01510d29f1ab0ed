package io.waybill.console.security;

import io.waybill.console.ConsoleProperties;
import java.nio.file.Path;
import java.security.SecureRandom;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;
import org.springframework.security.authentication.AuthenticationManager;
import org.springframework.security.authentication.AuthenticationProvider;
import org.springframework.security.authentication.dao.DaoAuthenticationProvider;
import org.springframework.security.core.userdetails.User;
import org.springframework.security.core.userdetails.UserDetailsService;
import org.springframework.security.provisioning.InMemoryUserDetailsManager;

/** The one user {@code operator}, unless the application brings its own users. */
@Configuration(proxyBeanMethods = false)
@ConditionalOnMissingBean({AuthenticationManager.class, AuthenticationProvider.class, UserDetailsService.class})
class OperatorAccount {

    static final String USER = "operator";

    private static final String DATA_FOLDER = "waybill.embedded.data-folder";

    @Bean
    OperatorPassword operatorPassword(ConsoleProperties console, Environment environment) {
        return new OperatorPasswordSource(new SecureRandom())
                .find(
                        console.operatorPassword(),
                        environment.getProperty(OperatorPasswordSource.VARIABLE),
                        Path.of(environment.getProperty(DATA_FOLDER, "./data")));
    }

    @Bean
    AuthenticationProvider operatorAuthentication(OperatorPassword password) {
        HeldPasswordEncoder encoder = new HeldPasswordEncoder(new SecureRandom());
        DaoAuthenticationProvider provider =
                new DaoAuthenticationProvider(new InMemoryUserDetailsManager(User.withUsername(USER)
                        .password(encoder.encode(password.value()))
                        .roles("OPERATOR")
                        .build()));
        provider.setPasswordEncoder(encoder);
        return provider;
    }

    @Bean
    StartAnnouncement startAnnouncement(OperatorPassword password) {
        return new StartAnnouncement(password);
    }
}
