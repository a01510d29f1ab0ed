package io.waybill.console.deadletters;

import io.waybill.console.deadletters.DeadLetterModel.Asked;
import io.waybill.console.frame.ConsoleView;
import io.waybill.console.payload.Payload;
import io.waybill.deadletters.DeadLetters.DeadLetterView;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import org.springframework.context.annotation.Import;
import org.springframework.http.ContentDisposition;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestParam;

/** One dead letter, all of it. */
@ConsoleView
@Import(DeadLetterModel.class)
public class DeadLetterPage {

    private final DeadLetterModel letters;

    DeadLetterPage(DeadLetterModel letters) {
        this.letters = letters;
    }

    @GetMapping("/dead-letters/{id}")
    String deadLetter(
            @PathVariable String id,
            @RequestParam(required = false) @Nullable String view,
            @RequestParam(required = false) @Nullable Integer revision,
            @RequestParam(required = false) @Nullable Integer diff,
            @RequestParam(required = false) @Nullable Integer from,
            @RequestParam(defaultValue = "false") boolean layout,
            Model model) {
        DeadLetterView letter = letters.letter(id);
        Asked asked = new Asked(view, revision, diff, from != null || layout);
        letters.fill(model, letter, asked, letters.editor(letter, from, layout));
        return "waybill/dead-letter";
    }

    /** Never shown by a browser: an attachment of no type that it would run. */
    @GetMapping("/dead-letters/{id}/payload")
    ResponseEntity<byte[]> payload(@PathVariable String id, @RequestParam(defaultValue = "0") int revision) {
        Payload payload = letters.payload(letters.letter(id), revision);
        String suffix = switch (payload.format()) {
            case JSON -> "json";
            case XML -> "xml";
            case TEXT -> "txt";
            case BINARY -> "bin";
        };
        String name =
                "dead-letter-%s-revision-%d.%s".formatted(id.replaceAll("[^A-Za-z0-9._-]", "_"), revision, suffix);
        return ResponseEntity.ok()
                .contentType(MediaType.APPLICATION_OCTET_STREAM)
                .header(
                        HttpHeaders.CONTENT_DISPOSITION,
                        ContentDisposition.attachment()
                                .filename(name, StandardCharsets.UTF_8)
                                .build()
                                .toString())
                .body(payload.bytes());
    }
}
