/** Puts the audit log into an application that has a data source and a log. Called by Spring Boot only. */
@NullMarked
package io.waybill.audit.autoconfigure;

import org.jspecify.annotations.NullMarked;
