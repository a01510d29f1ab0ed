/**
 * Any database with local transactions as the target of a staged sink, by JDBC. In: rows of {@code io.waybill.sink}, one
 * partition's at a time. Out: the same rows in a table, each once, with the progress rows that prove it.
 */
@NullMarked
package io.waybill.sinks.jdbc;

import org.jspecify.annotations.NullMarked;
