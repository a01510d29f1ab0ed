package io.waybill.tracking.rest;

import io.waybill.format.TrackingId;
import io.waybill.tracking.FlowQueries.FlowView;
import java.util.LinkedHashMap;
import java.util.Map;

/** Where to go from a flow; relative to the host, so that they hold behind a proxy. */
record Links(String contextPath) {

    Map<String, String> of(FlowView flow) {
        Map<String, String> links = new LinkedHashMap<>();
        links.put("self", self(flow.trackingId()));
        links.put("parts", self(flow.trackingId()) + "/parts");
        if (flow.duplicateOf() != null) {
            links.put("duplicateOf", self(flow.duplicateOf()));
        }
        if (flow.causedBy() != null) {
            links.put("causedBy", self(flow.causedBy()));
        }
        return links;
    }

    private String self(TrackingId id) {
        return contextPath + "/api/flows/" + id;
    }
}
