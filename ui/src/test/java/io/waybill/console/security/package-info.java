@NullMarked
package io.waybill.console.security;

import org.jspecify.annotations.NullMarked;
