@NullMarked
package io.waybill.log.kafka;

import org.jspecify.annotations.NullMarked;
