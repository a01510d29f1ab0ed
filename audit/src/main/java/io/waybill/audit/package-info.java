/**
 * Who changed what: an append-only log of what people did, each entry with the hash of the one before. In: a Postgres
 * whose schema {@code AuditAutoConfiguration} has migrated, and the control topic. Out: {@code AuditLog} for those who
 * let people change something in the same database, {@code AuditQueries} and {@code AuditChain} for those who ask.
 */
@NullMarked
package io.waybill.audit;

import org.jspecify.annotations.NullMarked;
