package io.waybill.console.security;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Finds the operator's password: the property, else the environment variable, else a file that only its owner can
 * read; the file is written once with a random one.
 */
final class OperatorPasswordSource {

    static final String PROPERTY = "waybill.console.operator-password";
    static final String VARIABLE = "WAYBILL_OPERATOR_PASSWORD";
    static final String FILE = "operator-password";

    private static final int LEAST_LENGTH = 8;

    /** Without the letters and digits that are mistaken for each other. */
    private static final String ALPHABET = "abcdefghijkmnpqrstuvwxyz23456789";

    private static final int GROUPS = 5;
    private static final int GROUP_LENGTH = 5;
    private static final Set<PosixFilePermission> OWNER_ONLY = PosixFilePermissions.fromString("rw-------");

    private final SecureRandom random;

    OperatorPasswordSource(SecureRandom random) {
        this.random = random;
    }

    /** @throws UnusablePasswordException where a configured password is too short to be one, naming its setting */
    OperatorPassword find(@Nullable String property, @Nullable String variable, Path folder) {
        if (property != null) {
            return configured(property, PROPERTY);
        }
        if (variable != null) {
            return configured(variable, VARIABLE);
        }
        Path file = folder.resolve(FILE);
        try {
            String value = Files.exists(file) ? kept(file) : generated(folder, file);
            return new OperatorPassword.Generated(value, file);
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "cannot keep the operator's password in %s: make the folder writable, or set %s"
                            .formatted(file, VARIABLE),
                    e);
        }
    }

    private static OperatorPassword configured(String value, String setting) {
        if (value.length() < LEAST_LENGTH) {
            throw UnusablePasswordException.tooShort(setting, LEAST_LENGTH, value.length());
        }
        return new OperatorPassword.Configured(value, setting);
    }

    private static String kept(Path file) throws IOException {
        if (isPosix(file)) {
            Files.setPosixFilePermissions(file, OWNER_ONLY);
        }
        String password = Files.readString(file).strip();
        if (password.length() < LEAST_LENGTH) {
            throw UnusablePasswordException.keptTooShort(file, LEAST_LENGTH, password.length());
        }
        return password;
    }

    /** Written aside and moved into place whole: a crash leaves no empty file, a second starter finds the first's. */
    private String generated(Path folder, Path file) throws IOException {
        Files.createDirectories(folder);
        FileAttribute<?>[] attributes = isPosix(folder)
                ? new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(OWNER_ONLY)}
                : new FileAttribute<?>[0];
        Path aside = Files.createTempFile(folder, FILE, ".new", attributes);
        String password = password();
        Files.writeString(aside, password + System.lineSeparator());
        try {
            Files.createLink(file, aside);
            return password;
        } catch (FileAlreadyExistsException e) {
            return kept(file);
        } catch (UnsupportedOperationException e) {
            Files.copy(aside, file, StandardCopyOption.COPY_ATTRIBUTES);
            return password;
        } finally {
            Files.delete(aside);
        }
    }

    private String password() {
        StringBuilder password = new StringBuilder();
        for (int i = 0; i < GROUPS * GROUP_LENGTH; i++) {
            password.append(i > 0 && i % GROUP_LENGTH == 0 ? "-" : "")
                    .append(ALPHABET.charAt(random.nextInt(ALPHABET.length())));
        }
        return password.toString();
    }

    private static boolean isPosix(Path path) throws IOException {
        FileStore store = Files.getFileStore(path);
        return store.supportsFileAttributeView(PosixFileAttributeView.class);
    }
}
