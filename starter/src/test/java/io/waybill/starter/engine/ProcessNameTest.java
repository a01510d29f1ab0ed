package io.waybill.starter.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.waybill.engine.InvalidOptionException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProcessNameTest {

    @TempDir
    Path temp;

    private static String nameIn(Path folder) throws IOException {
        try (ProcessName name = ProcessName.in(folder)) {
            return name.text();
        }
    }

    @Test
    void whoever_comes_back_to_a_folder_is_called_as_before() throws IOException {
        String before = nameIn(temp.resolve("state"));

        assertThat(nameIn(temp.resolve("state"))).isEqualTo(before).matches("[A-Za-z0-9_-]{22}");
    }

    @Test
    void two_in_one_folder_at_a_time_are_called_differently() throws IOException {
        String second;
        try (ProcessName first = ProcessName.in(temp)) {
            second = nameIn(temp);
            assertThat(second).isNotEqualTo(first.text());
        }
        assertThat(nameIn(temp)).isNotEqualTo(second);
    }

    @Test
    void a_copy_of_the_folder_makes_another_name() throws IOException {
        Path original = temp.resolve("original");
        String name = nameIn(original);
        Path copy = Files.createDirectories(temp.resolve("copy"));
        Files.copy(original.resolve("process"), copy.resolve("process"));

        assertThat(nameIn(copy)).isNotEqualTo(name);
    }

    @Test
    void a_folder_that_cannot_be_used_stops_the_start_with_the_name_of_the_property() throws IOException {
        Path file = Files.createFile(temp.resolve("file"));

        assertThatThrownBy(() -> ProcessName.in(file))
                .isInstanceOf(InvalidOptionException.class)
                .hasMessageContaining("waybill.state-folder")
                .hasMessageContaining(file.toString());
    }
}
