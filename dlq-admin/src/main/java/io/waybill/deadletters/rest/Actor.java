package io.waybill.deadletters.rest;

import java.security.Principal;
import org.jspecify.annotations.Nullable;

/** Who acts. Nothing here happens anonymously: the history names a person. */
final class Actor {

    private Actor() {}

    static String of(@Nullable Principal user) {
        if (user == null || user.getName().isBlank()) {
            throw new UnknownActorException();
        }
        return user.getName();
    }

    static final class UnknownActorException extends RuntimeException {

        static final String CODE = "NOT_AUTHENTICATED";

        private static final long serialVersionUID = 1;

        private UnknownActorException() {
            super(CODE + ": expected a user who is logged in, but nobody is");
        }
    }
}
