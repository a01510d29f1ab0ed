package io.waybill.audit.chain;

import io.waybill.audit.chain.AuditChain.Anchor;
import io.waybill.audit.chain.AuditChain.Verdict;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;

/**
 * Checks the chain from outside the application: {@code VerifyAuditLog <jdbc-url> <user> [number:hash]}, the password in
 * the environment variable {@code PGPASSWORD}. Prints what it found. Exit code 0: whole; 1: broken; 2: not checked.
 */
public final class VerifyAuditLog {

    private VerifyAuditLog() {}

    public static void main(String[] arguments) {
        System.exit(run(arguments, System.getenv("PGPASSWORD")));
    }

    static int run(String[] arguments, String password) {
        if (arguments.length < 2 || arguments.length > 3) {
            System.err.println("expected: <jdbc-url> <user> [number:hash], the password in PGPASSWORD");
            return 2;
        }
        try (Connection connection = DriverManager.getConnection(arguments[0], arguments[1], password)) {
            Anchor anchor = arguments.length == 3 ? Anchor.parse(arguments[2]) : null;
            switch (AuditChain.verify(connection, anchor)) {
                case Verdict.Whole whole -> {
                    System.out.println("whole, newest entry " + whole.head());
                    return 0;
                }
                case Verdict.Broken broken -> {
                    System.out.println("broken at entry " + broken.number() + ": " + broken.why());
                    return 1;
                }
            }
        } catch (SQLException | IllegalArgumentException e) {
            System.err.println("not checked: " + e.getMessage());
            return 2;
        }
    }
}
