/** Who may come in. In: every request. Out: sessions for people, HTTP Basic for scripts, strict headers for browsers. */
@NullMarked
package io.waybill.console.security;

import org.jspecify.annotations.NullMarked;
