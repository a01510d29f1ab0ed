package io.waybill;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import io.waybill.format.TrackingId;
import org.junit.jupiter.api.Test;

/** The table of contents of the core: pipeline → intake → log → engine → store, and what may know what. */
class ArchitectureTest {

    // By its place, since the class path of the tests also holds the embedded servers.
    private static final JavaClasses CORE = new ClassFileImporter()
            .importUrl(TrackingId.class.getProtectionDomain().getCodeSource().getLocation());

    @Test
    void pipelines_know_neither_engine_nor_log() {
        noClasses()
                .that()
                .resideInAPackage("io.waybill.pipeline")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "io.waybill.engine..", "io.waybill.log..", "io.waybill.store..", "org.apache.kafka..")
                .check(CORE);
    }

    @Test
    void the_engine_knows_ports_but_no_adapter() {
        noClasses()
                .that()
                .resideInAPackage("io.waybill.engine..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "io.waybill.log.kafka..",
                        "io.waybill.store.rocksdb..",
                        "org.rocksdb..",
                        "org.apache.kafka.clients.admin..",
                        "java.net..",
                        "java.sql..")
                .check(CORE);
    }

    @Test
    void the_engine_owns_no_thread_no_clock_and_no_randomness() {
        noClasses()
                .that()
                .resideInAPackage("io.waybill.engine..")
                .should()
                .dependOnClassesThat()
                .haveFullyQualifiedName("java.lang.Thread")
                .orShould()
                .callMethod(System.class, "currentTimeMillis")
                .orShould()
                .callMethod(System.class, "nanoTime")
                .orShould()
                .callMethod(java.time.Instant.class, "now")
                .orShould()
                .callMethod(java.util.UUID.class, "randomUUID")
                .check(CORE);
    }

    @Test
    void ports_know_nobody() {
        classes()
                .that()
                .resideInAnyPackage("io.waybill.log", "io.waybill.store")
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(
                        "io.waybill.log", "io.waybill.store", "java..", "org.apache.kafka..", "org.jspecify..")
                .check(CORE);
    }

    @Test
    void sinks_know_nobody() {
        classes()
                .that()
                .resideInAPackage("io.waybill.sink")
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage("io.waybill.sink", "java..", "org.jspecify..")
                .check(CORE);
    }

    @Test
    void nothing_in_the_core_knows_spring() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAPackage("org.springframework..")
                .check(CORE);
    }

    @Test
    void packages_have_no_cycles() {
        slices().matching("io.waybill.(*)..").should().beFreeOfCycles().check(CORE);
    }
}
