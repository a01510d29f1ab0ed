/**
 * Dead-letter administration as beans. In: a {@code DataSource}, the log and its topics. Out: {@code DeadLetters},
 * {@code DeadLetterDesk}, the running projection and outbox, the REST API. Every one of them waits for the migrated
 * schema.
 */
@NullMarked
package io.waybill.deadletters.autoconfigure;

import org.jspecify.annotations.NullMarked;
