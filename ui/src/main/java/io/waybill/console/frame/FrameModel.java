package io.waybill.console.frame;

import io.waybill.intake.Intake;
import io.waybill.tracking.FlowQueries;
import io.waybill.tracking.FlowQueries.ProjectionLag;
import io.waybill.tracking.Incidents;
import jakarta.servlet.http.HttpServletRequest;
import java.security.Principal;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.ControllerAdvice;
import org.springframework.web.bind.annotation.ModelAttribute;

/** Gives each page what its frame shows. */
@ControllerAdvice(annotations = ConsoleView.class)
class FrameModel {

    private static final int INCIDENTS_COUNTED = 100;

    private final FlowQueries flows;
    private final Incidents incidents;
    private final @Nullable Intake intake;
    private final Words words;

    FrameModel(FlowQueries flows, Incidents incidents, @Nullable Intake intake, Words words) {
        this.flows = flows;
        this.incidents = incidents;
        this.intake = intake;
        this.words = words;
    }

    @ModelAttribute("words")
    Words words() {
        return words;
    }

    @ModelAttribute("frame")
    Frame frame(HttpServletRequest request, @Nullable Principal user) {
        String path = request.getRequestURI().substring(request.getContextPath().length());
        String query = request.getQueryString();
        return new Frame(
                path,
                query == null ? path : path + "?" + query,
                user == null ? "" : user.getName(),
                incidents.incidents(true, INCIDENTS_COUNTED).size(),
                flows.lag(),
                intake == null
                        ? List.of()
                        : intake.pipelines().stream().sorted().toList());
    }

    /**
     * @param url path and query, as it was asked for
     * @param pipelines that take uploads; empty: none does
     */
    record Frame(String path, String url, String user, int openIncidents, ProjectionLag lag, List<String> pipelines) {

        public boolean in(String section) {
            return path.equals(section) || path.startsWith(section + "/");
        }
    }
}
