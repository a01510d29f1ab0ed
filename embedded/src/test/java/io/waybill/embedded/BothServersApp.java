package io.waybill.embedded;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.annotation.ComponentScan;

/** The smallest application with embedded servers. */
@SpringBootApplication
@ComponentScan(basePackages = "io.waybill.embedded.none")
class BothServersApp {

    public static void main(String[] arguments) {
        SpringApplication.run(BothServersApp.class, arguments);
    }
}
