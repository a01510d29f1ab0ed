package io.waybill.engine;

import io.waybill.format.TrackingId;
import io.waybill.pipeline.Headers;
import org.jspecify.annotations.Nullable;

/** The record a flow, or a leg of it, begins with, or what a replay puts in its place. */
record FlowRecord(
        TrackingId flow,
        String messageId,
        String batchId,
        byte @Nullable [] key,
        Headers headers,
        byte[] payload,
        Origin source,
        long timestampMs,
        Leg leg) {}
