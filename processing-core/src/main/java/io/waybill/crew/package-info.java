/** Real threads for the engine, which owns none itself: whoever starts processing threads hands them over as a port. */
@NullMarked
package io.waybill.crew;

import org.jspecify.annotations.NullMarked;
