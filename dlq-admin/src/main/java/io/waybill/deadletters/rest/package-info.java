/**
 * Dead letters for scripts: {@code /api/dead-letters} and {@code /api/replays}. In: JSON within bounds, the acting
 * user. Out: JSON; errors as problems of RFC 9457 with a stable {@code code}.
 */
@NullMarked
package io.waybill.deadletters.rest;

import org.jspecify.annotations.NullMarked;
