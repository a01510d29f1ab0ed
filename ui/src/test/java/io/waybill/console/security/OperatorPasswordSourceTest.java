package io.waybill.console.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.mock.env.MockEnvironment;

class OperatorPasswordSourceTest {

    @TempDir
    private Path folder = Path.of("");

    private final OperatorPasswordSource source = new OperatorPasswordSource(new SecureRandom());

    @Test
    void is_generated_once_and_readable_by_its_owner_only() throws IOException {
        Path data = folder.resolve("data");
        String first = source.find(null, null, data).value();
        assertThat(first).matches("([a-z2-9]{5}-){4}[a-z2-9]{5}");
        assertThat(source.find(null, null, data).value()).isEqualTo(first);
        Path file = data.resolve("operator-password");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        try (Stream<Path> files = Files.list(data)) {
            assertThat(files).containsExactly(file);
        }
    }

    @Test
    void a_file_that_others_could_read_is_closed_to_them() throws IOException {
        Path file = Files.writeString(folder.resolve("operator-password"), "long enough\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
        assertThat(source.find(null, null, folder).value()).isEqualTo("long enough");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
    }

    @Test
    void the_property_goes_before_the_variable_before_the_file() {
        assertThat(source.find("from-property", "from-variable", folder).value())
                .isEqualTo("from-property");
        assertThat(source.find(null, "from-variable", folder).value()).isEqualTo("from-variable");
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void a_short_password_stops_the_start_and_names_its_setting() {
        assertThatThrownBy(() -> source.find(null, "short", folder))
                .hasMessage(
                        "UNUSABLE_PASSWORD: expected WAYBILL_OPERATOR_PASSWORD to be at least 8 characters long, but it has 5");
        assertThatThrownBy(() -> source.find("", null, folder))
                .hasMessageContaining("waybill.console.operator-password");
    }

    @Test
    void a_set_password_is_never_printed_a_generated_one_is() {
        MockEnvironment environment = new MockEnvironment().withProperty("local.server.port", "8181");
        String set = new StartAnnouncement(source.find(null, "from-variable", folder)).announcement(environment);
        assertThat(set).contains("http://localhost:8181/", "operator", "as set by WAYBILL_OPERATOR_PASSWORD");
        assertThat(set).doesNotContain("from-variable");
        OperatorPassword generated = source.find(null, null, folder);
        assertThat(new StartAnnouncement(generated).announcement(environment))
                .contains(generated.value(), folder.resolve("operator-password").toString());
        assertThat(generated.toString()).doesNotContain(generated.value());
    }

    @Test
    void passwords_are_compared_as_a_whole() {
        HeldPasswordEncoder encoder = new HeldPasswordEncoder(new SecureRandom());
        String encoded = encoder.encode("secret-secret");
        assertThat(encoder.matches("secret-secret", encoded)).isTrue();
        assertThat(encoder.matches("secret-secre", encoded)).isFalse();
        assertThat(encoder.matches("", encoded)).isFalse();
        assertThat(encoded).doesNotContain("secret");
    }
}
