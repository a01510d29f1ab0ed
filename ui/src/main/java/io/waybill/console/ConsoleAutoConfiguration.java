package io.waybill.console;

import io.waybill.console.audit.AuditPage;
import io.waybill.console.deadletters.DeadLetterListPage;
import io.waybill.console.deadletters.DeadLetterOrders;
import io.waybill.console.deadletters.DeadLetterPage;
import io.waybill.console.failures.FailuresPage;
import io.waybill.console.flows.FlowListPage;
import io.waybill.console.flows.FlowPage;
import io.waybill.console.frame.ConsoleFrame;
import io.waybill.console.incidents.IncidentsPage;
import io.waybill.console.overview.OverviewPage;
import io.waybill.console.pipelines.PipelinesPage;
import io.waybill.console.security.ConsoleSecurity;
import io.waybill.console.upload.UploadConfiguration;
import io.waybill.console.upload.UploadPage;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Import;

/**
 * Gives an application the console. It needs the beans of tracking, dead-letter administration and the audit log; with an intake it
 * has an upload too.
 */
@AutoConfiguration(
        beforeName = {
            "org.springframework.boot.security.autoconfigure.UserDetailsServiceAutoConfiguration",
            "org.springframework.boot.security.autoconfigure.web.servlet.ServletWebSecurityAutoConfiguration",
            "org.springframework.boot.servlet.autoconfigure.MultipartAutoConfiguration",
            "org.springframework.boot.webmvc.autoconfigure.error.ErrorMvcAutoConfiguration"
        })
@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.SERVLET)
@ConditionalOnProperty(name = "waybill.console.enabled", matchIfMissing = true)
@EnableConfigurationProperties(ConsoleProperties.class)
@Import({
    ConsoleSecurity.class,
    ConsoleFrame.class,
    OverviewPage.class,
    FailuresPage.class,
    DeadLetterListPage.class,
    DeadLetterPage.class,
    DeadLetterOrders.class,
    FlowListPage.class,
    FlowPage.class,
    IncidentsPage.class,
    PipelinesPage.class,
    AuditPage.class,
    UploadConfiguration.class,
    UploadPage.class
})
public class ConsoleAutoConfiguration {}
