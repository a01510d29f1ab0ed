package io.waybill.console.frame;

import io.waybill.intake.Intake;
import io.waybill.tracking.FlowQueries;
import io.waybill.tracking.Incidents;
import java.time.Clock;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

/** The frame's beans. */
@Configuration(proxyBeanMethods = false)
@Import({ConsoleAssets.class, ErrorPages.class, OpenApiDescription.class})
public class ConsoleFrame {

    @Bean
    FrameModel frameModel(
            FlowQueries flows, Incidents incidents, ObjectProvider<Intake> intake, ObjectProvider<Clock> clock) {
        Words words = new Words(clock.getIfUnique(Clock::systemUTC));
        return new FrameModel(flows, incidents, intake.getIfAvailable(), words);
    }
}
