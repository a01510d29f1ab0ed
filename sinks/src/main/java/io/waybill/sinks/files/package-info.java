/**
 * Files that appear with the checkpoint that holds their rows: staged, made durable, and renamed on commit.
 */
@NullMarked
package io.waybill.sinks.files;

import org.jspecify.annotations.NullMarked;
