/** The audit log as SQL reads it. */
@NullMarked
package io.waybill.audit.query;

import org.jspecify.annotations.NullMarked;
