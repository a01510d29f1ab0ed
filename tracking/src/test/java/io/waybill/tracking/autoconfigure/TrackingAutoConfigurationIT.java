package io.waybill.tracking.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.mockito.ArgumentMatchers.anyCollection;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.when;

import io.waybill.audit.autoconfigure.AuditAutoConfiguration;
import io.waybill.format.Topics;
import io.waybill.log.Log;
import io.waybill.log.LogAdmin;
import io.waybill.log.LogWriter;
import io.waybill.projection.Projector;
import io.waybill.projection.ProjectorState.Stopped;
import io.waybill.projection.ProjectorState.WaitingForTopics;
import io.waybill.tracking.FlowQueries;
import io.waybill.tracking.Incidents;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.health.contributor.Status;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

class TrackingAutoConfigurationIT {

    @RegisterExtension
    static final TrackingDatabase database = new TrackingDatabase();

    private final LogWriter writer = mock(LogWriter.class);
    private final ApplicationContextRunner bare = new ApplicationContextRunner()
            .withConfiguration(AutoConfigurations.of(AuditAutoConfiguration.class, TrackingAutoConfiguration.class));

    @Test
    void anApplicationWithoutALogIsLeftAlone() {
        bare.run(context -> assertThat(context).hasNotFailed().doesNotHaveBean(FlowQueries.class));
    }

    @Test
    void followsWhileTheApplicationRunsAndClosesWhatItOpened() {
        AtomicReference<Projector> follower = new AtomicReference<>();
        withLog().run(context -> {
            assertThat(context).hasSingleBean(FlowQueries.class).hasSingleBean(Incidents.class);
            Projector outcomes = context.getBean(TrackingFollower.class).outcomes();
            follower.set(outcomes);
            await().until(() -> outcomes.state() instanceof WaitingForTopics);
            assertThat(context.getBean(TrackingHealth.class).health().getStatus())
                    .isEqualTo(Status.UP);
        });

        assertThat(follower.get().state()).isEqualTo(new Stopped());
        verify(writer).close();
    }

    @Test
    void theSchemaIsSharedWithSiblingsThatCameFirst() {
        database.jdbc().sql("DROP SCHEMA waybill CASCADE").update();
        database.jdbc().sql("CREATE SCHEMA waybill").update();
        database.jdbc().sql("CREATE TABLE waybill.of_a_sibling (id int)").update();

        withLog()
                .run(context -> assertThat(
                                context.getBean(FlowQueries.class).lag().asOf())
                        .isNull());
    }

    private ApplicationContextRunner withLog() {
        LogAdmin admin = mock(LogAdmin.class);
        when(admin.describe(anyCollection())).thenReturn(Map.of());
        Log log = mock(Log.class);
        when(log.admin()).thenReturn(admin);
        when(log.writer()).thenReturn(writer);
        return bare.withBean(DataSource.class, database::dataSource, definition -> definition.setDestroyMethodName(""))
                .withBean(Topics.class, () -> new Topics("waybill"))
                .withBean(Log.class, () -> log);
    }
}
