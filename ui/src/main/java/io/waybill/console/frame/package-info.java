/** What all pages share: frame, words, states, assets, error pages. */
@NullMarked
package io.waybill.console.frame;

import org.jspecify.annotations.NullMarked;
