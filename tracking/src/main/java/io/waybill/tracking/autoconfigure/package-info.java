/**
 * Puts tracking into an application that has a data source and a log: migrates, follows, answers. Called by Spring Boot
 * only.
 */
@NullMarked
package io.waybill.tracking.autoconfigure;

import org.jspecify.annotations.NullMarked;
