/** The judge outside the system: recomputes from the generator's journal and the input topic, with plain code, what must be there, and compares it with what is. */
@NullMarked
package io.waybill.crash.oracle;

import org.jspecify.annotations.NullMarked;
