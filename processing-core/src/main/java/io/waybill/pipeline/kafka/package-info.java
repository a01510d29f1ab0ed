/** What a pipeline takes over from Kafka's own API. Apart, so that the pipeline API itself knows no Kafka client. */
@NullMarked
package io.waybill.pipeline.kafka;

import org.jspecify.annotations.NullMarked;
