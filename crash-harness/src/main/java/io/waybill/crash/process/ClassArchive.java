package io.waybill.crash.process;

import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * What a process loads and links when it starts, kept for its successors: the Java virtual machine's class data sharing.
 * An instance then starts with half the work, which matters where all of them share two cores with those that take over
 * from it. Safe for any thread.
 */
public final class ClassArchive {

    private final AtomicBoolean isNext = new AtomicBoolean();
    private final Path file;
    private final String classPath;

    /** @param folder for the archive and for what it needs */
    public ClassArchive(Path folder) {
        this.file = folder.resolve("classes.jsa");
        this.classPath = ofJars(folder);
    }

    /** The class path of this process with a jar for each of its folders: only those can be archived. */
    private static String ofJars(Path folder) {
        List<String> jars = new ArrayList<>();
        for (String entry : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
            Path place = Path.of(entry);
            if (Files.isDirectory(place)) {
                Path jar = folder.resolve("classes-" + jars.size() + ".jar");
                pack(place, jar);
                jars.add(jar.toString());
            } else {
                jars.add(entry);
            }
        }
        return String.join(File.pathSeparator, jars);
    }

    private static void pack(Path classes, Path jar) {
        try (OutputStream out = Files.newOutputStream(jar);
                ZipOutputStream zip = new ZipOutputStream(out);
                Stream<Path> files = Files.walk(classes)) {
            zip.setLevel(1);
            for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
                String name = classes.relativize(file).toString().replace(File.separatorChar, '/');
                zip.putNextEntry(new ZipEntry(name));
                Files.copy(file, zip);
                zip.closeEntry();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    String classPath() {
        return classPath;
    }

    /** Whether a process has ended in good order and left the archive to its successors. */
    public boolean isWritten() {
        return Files.exists(file);
    }

    /** The next process that starts leaves it, when it ends in good order. */
    public void beLeftByTheNext() {
        isNext.set(true);
    }

    /** What the Java virtual machine of a process is told: to use the archive, or to write it when it ends. */
    List<String> options() {
        if (isNext.getAndSet(false)) {
            return List.of("-Xlog:cds*=error", "-XX:ArchiveClassesAtExit=" + file);
        }
        return isWritten() ? List.of("-Xlog:cds*=error", "-XX:SharedArchiveFile=" + file) : List.of();
    }
}
