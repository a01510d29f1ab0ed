/** The job that every judged system does, and Waybill's own way of doing it as a Spring Boot application. */
@NullMarked
package io.waybill.crash.job;

import org.jspecify.annotations.NullMarked;
