@NullMarked
package io.waybill.starter.pipelines;

import org.jspecify.annotations.NullMarked;
