package io.waybill.console.upload;

import io.waybill.console.ConsoleProperties;
import jakarta.servlet.MultipartConfigElement;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.tomcat.servlet.TomcatServletWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.util.unit.DataSize;

/**
 * Limits of the server that leave the judgement of a file's size to the intake: a file that is too large for a
 * pipeline gets its refusal, not a broken connection. All of an upload stays bounded, and spools to disk.
 */
@Configuration(proxyBeanMethods = false)
public class UploadConfiguration {

    private static final DataSize IN_MEMORY = DataSize.ofKilobytes(256);
    private static final int MAX_PARTS = 256;
    private static final int MAX_PART_HEADER_BYTES = 4096;

    /** Enough to read the rest of a refused upload, so that the browser shows the answer. */
    private static final DataSize MAX_SWALLOWED = DataSize.ofGigabytes(1);

    @Bean
    @ConditionalOnMissingBean
    MultipartConfigElement multipartConfig(ConsoleProperties console) {
        return new MultipartConfigElement("", -1, console.maxUpload().toBytes(), Math.toIntExact(IN_MEMORY.toBytes()));
    }

    /** Before Spring Security, which reads the form for its token. */
    @Bean
    FilterRegistrationBean<UploadSizeFilter> uploadSizeFilter(ConsoleProperties console) {
        FilterRegistrationBean<UploadSizeFilter> filter =
                new FilterRegistrationBean<>(new UploadSizeFilter(console.maxUpload()));
        filter.setOrder(Ordered.HIGHEST_PRECEDENCE + 100);
        return filter;
    }

    @Bean
    WebServerFactoryCustomizer<TomcatServletWebServerFactory> uploadsOfManyFiles() {
        return factory -> factory.addConnectorCustomizers(connector -> {
            connector.setMaxPartCount(Math.max(connector.getMaxPartCount(), MAX_PARTS));
            connector.setMaxPartHeaderSize(Math.max(connector.getMaxPartHeaderSize(), MAX_PART_HEADER_BYTES));
            connector.setProperty("maxSwallowSize", Long.toString(MAX_SWALLOWED.toBytes()));
        });
    }
}
