package io.waybill.console.deadletters;

import io.waybill.console.frame.Look;
import io.waybill.console.payload.Payload;
import io.waybill.console.payload.PayloadDiff;
import io.waybill.deadletters.DeadLetters;
import io.waybill.deadletters.DeadLetters.DeadLetterView;
import io.waybill.deadletters.DeadLetters.ReplayView;
import io.waybill.deadletters.DeadLetters.RevisionView;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Component;
import org.springframework.ui.Model;
import org.springframework.web.server.ResponseStatusException;

/** Gathers what a dead letter's page shows. */
@Component
class DeadLetterModel {

    private final DeadLetters deadLetters;

    DeadLetterModel(DeadLetters deadLetters) {
        this.deadLetters = deadLetters;
    }

    /** @throws ResponseStatusException 404 where there is no such dead letter */
    DeadLetterView letter(String id) {
        return deadLetters
                .deadLetter(id)
                .orElseThrow(() -> new ResponseStatusException(HttpStatus.NOT_FOUND, "no dead letter " + id));
    }

    /** @throws ResponseStatusException 404 where there is no such revision */
    Payload payload(DeadLetterView letter, int revision) {
        if (revision == letter.summary().revision()) {
            return Payload.of(letter.payload(), letter.contentType());
        }
        return deadLetters.revisions(letter.summary().id()).stream()
                .filter(candidate -> candidate.number() == revision)
                .findFirst()
                .map(found -> Payload.of(found.payload(), letter.contentType()))
                .orElseThrow(() -> new ResponseStatusException(HttpStatus.NOT_FOUND, "no revision " + revision));
    }

    /** The form as it begins: with the newest revision, or the one that the person goes back to. */
    Editor editor(DeadLetterView letter, @Nullable Integer from, boolean laidOut) {
        int newest = letter.summary().revision();
        Payload base = payload(letter, newest);
        Payload start = from == null ? base : payload(letter, from);
        boolean tooLarge = !start.isEditable() || !base.isEditable() || start.isText() != base.isText();
        String text = tooLarge ? "" : laidOut ? start.laidOut() : start.editable();
        return Editor.of(text, newest, !base.isText(), tooLarge);
    }

    /** Fills the page. */
    void fill(Model model, DeadLetterView letter, Asked asked, Editor editor) {
        String id = letter.summary().id();
        int newest = letter.summary().revision();
        List<RevisionView> revisions = deadLetters.revisions(id);
        List<ReplayView> replays = deadLetters.replaysOf(id);
        int shown = asked.revision() == null ? newest : asked.revision();
        int compared = asked.diff() == null ? newest : asked.diff();
        model.addAttribute("letter", letter);
        model.addAttribute("summary", letter.summary());
        model.addAttribute(
                "announcement", "State: " + Look.of(letter.summary().status()).label());
        model.addAttribute("revisions", revisions);
        model.addAttribute("replays", replays);
        model.addAttribute("orders", Orders.of(letter.summary().status(), replays));
        model.addAttribute("pane", PayloadPane.of(payload(letter, shown), asked.view(), shown));
        model.addAttribute("key", key(letter));
        model.addAttribute(
                "headers", letter.headers().all().stream().map(HeaderRow::of).toList());
        model.addAttribute("diffRevision", compared);
        model.addAttribute("diff", compared == 0 ? null : diff(letter, compared));
        model.addAttribute("editor", editor);
        model.addAttribute("editing", asked.edit() || editor.problem() != null);
    }

    private PayloadDiff diff(DeadLetterView letter, int revision) {
        return PayloadDiff.between(payload(letter, 0), payload(letter, revision));
    }

    private static @Nullable HeaderRow key(DeadLetterView letter) {
        return Optional.ofNullable(letter.key())
                .map(key -> HeaderRow.of("key", key))
                .orElse(null);
    }

    /**
     * What the URL asks for.
     *
     * @param view of the payload; null: the one that suits it
     * @param revision to show; null: the newest
     * @param diff revision to compare with the original; null: the newest
     * @param edit the edit form is open
     */
    record Asked(
            @Nullable String view,
            @Nullable Integer revision,
            @Nullable Integer diff,
            boolean edit) {

        static final Asked NOTHING = new Asked(null, null, null, false);
    }
}
