package io.waybill.console.deadletters;

import io.waybill.console.deadletters.DeadLetterModel.Asked;
import io.waybill.console.frame.ConsoleView;
import io.waybill.console.frame.Link;
import io.waybill.console.payload.Payload;
import io.waybill.console.payload.PayloadDiff;
import io.waybill.console.payload.UnencodableTextException;
import io.waybill.console.payload.WellFormed;
import io.waybill.deadletters.DeadLetterConflictException;
import io.waybill.deadletters.DeadLetterDesk;
import io.waybill.deadletters.DeadLetterNotFoundException;
import io.waybill.deadletters.DeadLetters.DeadLetterView;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.security.Principal;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.ui.Model;
import org.springframework.util.StringUtils;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.multipart.MultipartFile;
import org.springframework.web.servlet.ModelAndView;
import org.springframework.web.servlet.mvc.support.RedirectAttributes;

/** Edit, replay, discard. Each answers with a redirect to the state that the projection tells, or says why not. */
@ConsoleView
public class DeadLetterOrders {

    private final DeadLetterModel letters;
    private final DeadLetterDesk desk;

    DeadLetterOrders(DeadLetterModel letters, DeadLetterDesk desk) {
        this.letters = letters;
        this.desk = desk;
    }

    /** @param anyway the person has decided to save it although it is not well-formed */
    @PostMapping("/dead-letters/{id}/revisions")
    ModelAndView revise(
            @PathVariable String id,
            @RequestParam int basedOn,
            @RequestParam(defaultValue = "") String payload,
            @RequestParam(required = false) @Nullable MultipartFile replacement,
            @RequestParam(required = false) @Nullable String reason,
            @RequestParam(defaultValue = "false") boolean anyway,
            Principal user,
            Model model,
            RedirectAttributes redirect)
            throws IOException {
        DeadLetterView letter = letters.letter(id);
        Payload base = letters.payload(letter, basedOn);
        String why = StringUtils.hasText(reason) ? reason.strip() : null;
        Attempt attempt = new Attempt(letter, payload, why);
        byte[] edited;
        try {
            edited = replacement != null && !replacement.isEmpty() ? replacement.getBytes() : base.edited(payload);
        } catch (UnencodableTextException | NumberFormatException e) {
            return refused(model, attempt, String.valueOf(e.getMessage()), false);
        }
        if (Arrays.equals(edited, base.bytes())) {
            return refused(model, attempt, "Nothing was changed, so there is nothing to save.", false);
        }
        Payload revised = Payload.of(edited, letter.contentType());
        Optional<String> broken = WellFormed.problem(revised);
        if (broken.isPresent() && !anyway) {
            String problem = "Not saved: this is no well-formed %s. %s"
                    .formatted(revised.format().label(), broken.get());
            return refused(model, attempt, problem, true);
        }
        try {
            int number =
                    desk.revise(id, basedOn, edited, null, user.getName(), why).number();
            redirect.addFlashAttribute("notice", "Saved as revision %d. Nothing was sent yet.".formatted(number));
            return new ModelAndView("redirect:" + Link.to("dead-letters", id) + "#diff");
        } catch (DeadLetterConflictException e) {
            return conflict(model, letters.letter(id), e, attempt, revised);
        } catch (IllegalArgumentException e) {
            return refused(model, attempt, "Not saved: " + e.getMessage(), false);
        }
    }

    @PostMapping("/dead-letters/{id}/replay")
    ModelAndView replay(
            @PathVariable String id,
            @RequestParam int revision,
            Principal user,
            Model model,
            RedirectAttributes redirect) {
        try {
            desk.replay(id, revision, user.getName());
            redirect.addFlashAttribute(
                    "notice", "Replay of revision %d requested. What becomes of it shows here.".formatted(revision));
            return backTo(id);
        } catch (DeadLetterConflictException e) {
            return conflict(model, letters.letter(id), e, null, null);
        }
    }

    @PostMapping("/dead-letters/{id}/discard")
    ModelAndView discard(
            @PathVariable String id,
            @RequestParam(defaultValue = "") String reason,
            Principal user,
            Model model,
            RedirectAttributes redirect) {
        if (reason.isBlank()) {
            redirect.addFlashAttribute(
                    "refusal", "Not discarded: say why. The reason stays with the message for ever.");
            return backTo(id);
        }
        try {
            desk.discard(id, user.getName(), reason.strip());
            redirect.addFlashAttribute("notice", "Discard requested. What becomes of it shows here.");
            return backTo(id);
        } catch (DeadLetterConflictException e) {
            return conflict(model, letters.letter(id), e, null, null);
        }
    }

    @PostMapping("/dead-letters/{id}/let-go")
    ModelAndView letGo(
            @PathVariable String id,
            @RequestParam(defaultValue = "") String reason,
            Principal user,
            Model model,
            RedirectAttributes redirect) {
        if (reason.isBlank()) {
            redirect.addFlashAttribute("refusal", "Nobody was let go: say why. The reason stays with the message.");
            return backTo(id);
        }
        try {
            desk.letGo(id, user.getName(), reason.strip());
            redirect.addFlashAttribute("notice", "Those that wait are to go on. What becomes of it shows here.");
            return backTo(id);
        } catch (DeadLetterConflictException e) {
            return conflict(model, letters.letter(id), e, null, null);
        }
    }

    @ExceptionHandler(DeadLetterNotFoundException.class)
    void notFound(HttpServletResponse response) throws IOException {
        response.sendError(HttpServletResponse.SC_NOT_FOUND);
    }

    /** What the person typed comes back with the reason why it was not saved. */
    private ModelAndView refused(Model model, Attempt attempt, String problem, boolean overridable) {
        Editor editor = letters.editor(attempt.letter(), null, false)
                .refused(attempt.typed(), problem, attempt.reason(), overridable);
        letters.fill(model, attempt.letter(), Asked.NOTHING, editor);
        return new ModelAndView("waybill/dead-letter", model.asMap(), HttpStatus.UNPROCESSABLE_CONTENT);
    }

    private ModelAndView conflict(
            Model model,
            DeadLetterView now,
            DeadLetterConflictException e,
            @Nullable Attempt attempt,
            @Nullable Payload typed) {
        Editor editor = letters.editor(now, null, false);
        if (attempt != null && typed != null) {
            editor = editor.refused(attempt.typed(), null, attempt.reason(), false);
            Payload newest = letters.payload(now, now.summary().revision());
            model.addAttribute("typedDiff", PayloadDiff.between(newest, typed));
        }
        letters.fill(model, now, Asked.NOTHING, editor);
        model.addAttribute("typed", attempt != null);
        model.addAttribute("explanation", explanation(e));
        return new ModelAndView("waybill/dead-letter-conflict", model.asMap(), HttpStatus.CONFLICT);
    }

    private static String explanation(DeadLetterConflictException e) {
        return String.valueOf(e.getMessage()).replaceFirst("^" + e.code() + ": ", "");
    }

    private static ModelAndView backTo(String id) {
        return new ModelAndView("redirect:" + Link.to("dead-letters", id));
    }

    /** What a person wanted to save. */
    private record Attempt(
            DeadLetterView letter, String typed, @Nullable String reason) {}
}
