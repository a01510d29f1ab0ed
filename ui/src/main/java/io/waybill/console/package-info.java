/**
 * The operations console: server-rendered pages over the read models and services of the other modules. In: what a
 * person at a browser asks and orders. Out: pages, and orders to intake, dead letters and incidents. Decides nothing
 * about messages; what it shows as done, a projection says.
 */
@NullMarked
package io.waybill.console;

import org.jspecify.annotations.NullMarked;
