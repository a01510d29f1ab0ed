/**
 * Messages by REST: {@code POST /api/intake/{pipeline}}. In: the raw body of a request and four headers. Out: {@code
 * 202} with a tracking id, or a problem (RFC 9457) with a {@code code}. Active in every servlet application that has
 * an {@link io.waybill.intake.Intake}.
 */
@NullMarked
package io.waybill.starter.intake;

import org.jspecify.annotations.NullMarked;
