/**
 * Messages by file: each property {@code waybill.drop-folders.<pipeline>} names a folder whose files become messages.
 * In: files that are whole. Out: the same files in {@code done/} after the broker's acknowledgement, or in {@code
 * refused/} beside a reason.
 */
@NullMarked
package io.waybill.starter.dropfolder;

import org.jspecify.annotations.NullMarked;
