/** The audit log by HTTP. */
@NullMarked
package io.waybill.audit.rest;

import org.jspecify.annotations.NullMarked;
