/** What all sinks that speak SQL have in common. */
@NullMarked
package io.waybill.sinks.sql;

import org.jspecify.annotations.NullMarked;
