/**
 * Files that appear with the checkpoint that holds their rows, or rolled by size and time: staged, made durable, and
 * renamed on commit. In: values that a team's encoder turns into bytes. Out: whole files in one folder. Teams call
 * {@link io.waybill.sinks.files.FileSink}; the engine calls the rest.
 */
@NullMarked
package io.waybill.sinks.files;

import org.jspecify.annotations.NullMarked;
