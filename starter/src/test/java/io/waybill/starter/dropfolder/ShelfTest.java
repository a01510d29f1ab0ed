package io.waybill.starter.dropfolder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ShelfTest {

    @TempDir
    Path root;

    @Test
    void numbersNamesWithoutAnEndingToo() throws IOException {
        Shelf shelf = new Shelf(root.resolve("shelf"));
        for (String name : new String[] {"a", "a", "a.tar.gz", "a.tar.gz"}) {
            assertThat(shelf.put(Files.writeString(root.resolve(name), "x"))).exists();
        }

        assertThat(root.resolve("shelf"))
                .isDirectoryContaining("glob:**/a")
                .isDirectoryContaining("glob:**/a-2")
                .isDirectoryContaining("glob:**/a.tar.gz")
                .isDirectoryContaining("glob:**/a.tar-2.gz");
    }

    @Test
    void neverPutsAFileWhereTheReasonOfAnotherLies() throws IOException {
        Shelf shelf = new Shelf(root.resolve("shelf"));
        shelf.put(Files.writeString(root.resolve("a"), "x"), "first");
        Path other = shelf.put(Files.writeString(root.resolve("a.reason.txt"), "y"), "second");

        assertThat(other).hasFileName("a.reason-2.txt").hasContent("y");
        assertThat(root.resolve("shelf/a.reason.txt")).content().startsWith("first");
    }

    @Test
    void leavesNoReasonBehindForAFileThatIsGone() {
        Shelf shelf = new Shelf(root.resolve("shelf"));

        assertThatThrownBy(() -> shelf.put(root.resolve("gone"), "reason")).isInstanceOf(NoSuchFileException.class);
        assertThat(root.resolve("shelf")).isEmptyDirectory();
    }
}
