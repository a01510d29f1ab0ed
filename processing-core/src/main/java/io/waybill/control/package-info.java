/**
 * What people want of pipelines and what became of it (ADR 13). In: orders of people, reports of processing threads. Out:
 * orders on the log, the state that every live thread confirms. Called by: REST and console, which own no thread of it;
 * the engine knows the log's records only.
 */
@NullMarked
package io.waybill.control;

import org.jspecify.annotations.NullMarked;
