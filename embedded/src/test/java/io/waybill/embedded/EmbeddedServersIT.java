package io.waybill.embedded;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.kafka.core.KafkaAdmin;

class EmbeddedServersIT {

    private static final Duration PATIENCE = Duration.ofMinutes(2);

    @TempDir
    Path folder;

    @Test
    void anApplicationFindsBothBehindBootsConnectionDetails() {
        try (ConfigurableApplicationContext app =
                new SpringApplicationBuilder(BothServersApp.class).run(arguments("0", "0", "0"))) {
            assertThat(app.getBean(KafkaAdmin.class).clusterId()).isNotEmpty();
            assertThat(JdbcClient.create(app.getBean(DataSource.class))
                            .sql("SELECT current_user")
                            .query(String.class)
                            .single())
                    .isEqualTo("waybill");
        }
        assertThat(folder.resolve("postgres/cluster/postmaster.pid")).doesNotExist();
    }

    @Test
    void withoutThePropertyNothingStarts() {
        try (ConfigurableApplicationContext app = new SpringApplicationBuilder(BothServersApp.class)
                .run("--spring.datasource.url=jdbc:postgresql://127.0.0.1:1/none")) {
            assertThat(app.getBeanNamesForType(EmbeddedServers.class)).isEmpty();
        }
    }

    @Test
    void afterKillMinusNineTheNextProcessHasEverythingBackAndTheOrphanIsGone() throws Exception {
        String kafkaPort = Integer.toString(Ports.claim("test", 0, "test"));
        String postgresPort = Integer.toString(Ports.claim("test", 0, "test"));
        KafkaProbe kafka = new KafkaProbe("127.0.0.1:" + kafkaPort);
        PostgresProbe postgres = new PostgresProbe("jdbc:postgresql://127.0.0.1:" + postgresPort + "/waybill");
        Process child = ChildJvm.start(
                BothServersApp.class, folder.resolve("child.log"), List.of(arguments(kafkaPort, "0", postgresPort)));
        try {
            await().atMost(PATIENCE)
                    .ignoreExceptions()
                    .until(() -> postgres.query("SELECT 1").equals("1"));
            await().atMost(PATIENCE).ignoreExceptions().until(() -> {
                kafka.createTopic("payments");
                return true;
            });
            kafka.writeInTransaction("payments", "kept".getBytes(UTF_8));
            postgres.execute("CREATE TABLE kept AS SELECT 42 AS answer");
        } finally {
            child.destroyForcibly().waitFor();
        }
        ProcessHandle orphan = PostmasterPid.running(
                        folder.resolve("postgres/cluster").toAbsolutePath())
                .orElseThrow();

        try (ConfigurableApplicationContext app =
                new SpringApplicationBuilder(BothServersApp.class).run(arguments(kafkaPort, "0", postgresPort))) {
            assertThat(orphan.isAlive()).isFalse();
            assertThat(bootstrapServers(app)).isEqualTo(kafka.bootstrapServers());
            assertThat(kafka.values("payments", 1)).containsExactly("kept".getBytes(UTF_8));
            assertThat(postgres.query("SELECT answer FROM kept")).isEqualTo("42");
        }
    }

    @Test
    void aTakenPortEndsTheApplicationWithOneSentenceAndNoStackTrace() throws Exception {
        Path output = folder.resolve("child.log");
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String port = Integer.toString(taken.getLocalPort());
            Process child = ChildJvm.start(BothServersApp.class, output, List.of(arguments(port, "0", "0")));
            try {
                assertThat(child.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS))
                        .isTrue();
                assertThat(child.exitValue()).isEqualTo(1);
            } finally {
                child.destroyForcibly().waitFor();
            }
            assertThat(Files.readString(output))
                    .contains("expected port " + port + " on 127.0.0.1 to be free for the embedded Kafka, but another")
                    .contains("waybill.embedded.kafka.port")
                    .doesNotContain("\tat ");
        }
        assertThat(folder.resolve("data/postgres/cluster/postmaster.pid")).doesNotExist();
    }

    /** Without {@code unshare} on its path a process cannot make a user namespace, as if the machine forbade it. */
    @Test
    void aRootThatMayNotMakeUserNamespacesEndsWithOneSentence() throws Exception {
        assumeTrue("root".equals(System.getProperty("user.name")), "skipped: only root needs user namespaces");
        Path output = folder.resolve("child.log");
        Process child = ChildJvm.start(
                BothServersApp.class, output, List.of(arguments("0", "0", "0")), Map.of("PATH", folder.toString()));
        try {
            assertThat(child.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
            assertThat(child.exitValue()).isEqualTo(1);
        } finally {
            child.destroyForcibly().waitFor();
        }
        assertThat(Files.readString(output))
                .contains("this machine forbids user namespaces")
                .contains("run as an ordinary user")
                .doesNotContain("\tat ");
    }

    @Test
    void aSecondProcessOnTheFolderEndsWithOneSentence() throws Exception {
        Path output = folder.resolve("child.log");
        try (DataFolder ours = DataFolder.lock(folder)) {
            Process child = ChildJvm.start(BothServersApp.class, output, List.of(arguments("0", "0", "0")));
            try {
                assertThat(child.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS))
                        .isTrue();
                assertThat(child.exitValue()).isEqualTo(1);
            } finally {
                child.destroyForcibly().waitFor();
            }
            assertThat(Files.readString(output))
                    .contains("expected the data folder " + ours.path() + " to be unused, but process "
                            + ProcessHandle.current().pid() + " is using it")
                    .doesNotContain("\tat ");
        }
    }

    private static String bootstrapServers(ConfigurableApplicationContext app) {
        return app.getBean(EmbeddedServers.class).kafka().bootstrapServers();
    }

    private String[] arguments(String kafkaPort, String controllerPort, String postgresPort) {
        List<String> arguments = new ArrayList<>();
        arguments.add("--waybill.embedded.enabled=true");
        arguments.add("--waybill.embedded.data-folder=" + folder);
        arguments.add("--waybill.embedded.kafka.port=" + kafkaPort);
        arguments.add("--waybill.embedded.kafka.controller-port=" + controllerPort);
        arguments.add("--waybill.embedded.postgres.port=" + postgresPort);
        return arguments.toArray(String[]::new);
    }
}
