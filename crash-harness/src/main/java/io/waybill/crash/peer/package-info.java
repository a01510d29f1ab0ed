/** What the judged peers share: their kill points. */
@NullMarked
package io.waybill.crash.peer;

import org.jspecify.annotations.NullMarked;
