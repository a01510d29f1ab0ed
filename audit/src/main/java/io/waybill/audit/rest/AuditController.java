package io.waybill.audit.rest;

import io.waybill.audit.AuditEntry;
import io.waybill.audit.AuditQueries;
import io.waybill.audit.AuditQueries.Filter;
import io.waybill.audit.AuditQueries.Page;
import io.waybill.audit.InvalidAuditQueryException;
import io.waybill.audit.InvalidAuditQueryException.Code;
import io.waybill.audit.chain.AuditChain.Anchor;
import io.waybill.audit.chain.AuditChain.Verdict;
import io.waybill.audit.chain.AuditChainCheck;
import io.waybill.format.TrackingId;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.DataAccessException;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.transaction.TransactionException;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.ModelAttribute;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What people changed: in pages, as a whole, and whether it is what was entered. */
@RestController
@RequestMapping("/api/audit")
final class AuditController {

    private final AuditQueries queries;
    private final AuditChainCheck check;
    private final JsonMapper json = JsonMapper.shared();

    AuditController(AuditQueries queries, AuditChainCheck check) {
        this.queries = queries;
        this.check = check;
    }

    @GetMapping(produces = MediaType.APPLICATION_JSON_VALUE)
    EntryPage entries(
            @ModelAttribute Question question,
            @RequestParam(required = false) @Nullable String cursor,
            @RequestParam(defaultValue = "50") int limit) {
        Page page = queries.entries(question.filter(), Question.given(cursor), limit);
        return new EntryPage(page.entries().stream().map(this::view).toList(), page.nextCursor());
    }

    /** However many there are: written as they are read. */
    @GetMapping("/export")
    void export(
            @ModelAttribute Question question,
            @RequestParam(defaultValue = "ndjson") String format,
            HttpServletResponse response)
            throws IOException {
        Filter filter = question.filter();
        ExportFormat as = ExportFormat.of(format);
        response.setContentType(as.mediaType());
        response.setHeader(HttpHeaders.CONTENT_DISPOSITION, "attachment; filename=\"audit." + as.suffix() + "\"");
        EntryWriter writer = as.to(response.getOutputStream());
        try {
            queries.each(filter, writer::write);
        } catch (DataAccessException | TransactionException away) {
            // Else the problem would have to be a CSV. Where a part is written already, the connection breaks off.
            if (!response.isCommitted()) {
                response.reset();
            }
            throw away;
        }
        writer.finish();
    }

    /** @param expect {@code number:hash} of an entry that somebody noted */
    @GetMapping(path = "/verification", produces = MediaType.APPLICATION_JSON_VALUE)
    Verification verification(@RequestParam(required = false) @Nullable String expect) {
        String noted = Question.given(expect);
        Anchor anchor = noted == null ? null : anchor(noted);
        return switch (check.check(anchor)) {
            case Verdict.Whole whole -> new Verification(true, whole.head().toString(), null, null);
            case Verdict.Broken broken -> new Verification(false, null, broken.number(), broken.why());
        };
    }

    private static Anchor anchor(String text) {
        try {
            return Anchor.parse(text);
        } catch (IllegalArgumentException e) {
            throw new InvalidAuditQueryException(Code.INVALID_PARAMETER, String.valueOf(e.getMessage()));
        }
    }

    private EntryView view(AuditEntry entry) {
        return EntryView.of(entry, json.readTree(entry.detail()));
    }

    /** @param nextCursor null on the last page */
    record EntryPage(List<EntryView> entries, @Nullable String nextCursor) {}

    /**
     * @param head number and hash of the newest entry, where the log is whole
     * @param number of the first entry that is wrong
     */
    record Verification(
            boolean whole,
            @Nullable String head,
            @Nullable Long number,
            @Nullable String why) {}

    /** An entry as JSON. */
    record EntryView(
            long number,
            Instant at,
            Instant recordedAt,
            String actor,
            String action,
            String subjectKind,
            String subject,
            @Nullable String pipeline,
            @Nullable String trackingId,
            @Nullable String reason,
            JsonNode detail,
            String hash) {

        static EntryView of(AuditEntry entry, JsonNode detail) {
            TrackingId flow = entry.trackingId();
            return new EntryView(
                    entry.number(),
                    entry.at(),
                    entry.recordedAt(),
                    entry.actor(),
                    entry.action(),
                    entry.subjectKind(),
                    entry.subject(),
                    entry.pipeline(),
                    flow == null ? null : flow.toString(),
                    entry.reason(),
                    detail,
                    entry.hash());
        }
    }
}
