/** Pipelines by REST: what they do, what people want of them, and the orders. Called by Spring Boot only. */
@NullMarked
package io.waybill.starter.pipelines;

import org.jspecify.annotations.NullMarked;
