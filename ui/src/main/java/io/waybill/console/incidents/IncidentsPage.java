package io.waybill.console.incidents;

import io.waybill.console.frame.ConsoleView;
import io.waybill.tracking.Incidents;
import io.waybill.tracking.Incidents.Decision;
import io.waybill.tracking.OrderNotAcknowledgedException;
import java.security.Principal;
import java.util.NoSuchElementException;
import org.springframework.http.HttpStatus;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.server.ResponseStatusException;
import org.springframework.web.servlet.mvc.support.RedirectAttributes;

/** Incidents, open ones first asked for; the order to try again, and the decision about what is in doubt. */
@ConsoleView
public class IncidentsPage {

    private static final int ROWS = 100;

    private final Incidents incidents;

    public IncidentsPage(Incidents incidents) {
        this.incidents = incidents;
    }

    @GetMapping("/incidents")
    String incidents(@RequestParam(defaultValue = "false") boolean all, Model model) {
        model.addAttribute("all", all);
        model.addAttribute("rows", incidents.incidents(!all, ROWS));
        return "waybill/incidents";
    }

    @PostMapping("/incidents/{id}/retry")
    String retry(@PathVariable String id, Principal user, RedirectAttributes redirect) {
        try {
            incidents.retry(id, user.getName());
            redirect.addFlashAttribute("notice", "Retry ordered. The incident closes by itself once the task goes on.");
        } catch (NoSuchElementException e) {
            throw new ResponseStatusException(HttpStatus.NOT_FOUND, missing(id), e);
        } catch (IllegalStateException | OrderNotAcknowledgedException e) {
            redirect.addFlashAttribute("refusal", "Not ordered: " + e.getMessage());
        }
        return "redirect:/incidents";
    }

    /** States what is known and what will happen. */
    @GetMapping("/incidents/{id}/decision")
    String confirm(@PathVariable String id, @RequestParam Decision decision, Model model) {
        model.addAttribute(
                "row",
                incidents
                        .incident(id)
                        .orElseThrow(() -> new ResponseStatusException(HttpStatus.NOT_FOUND, missing(id))));
        model.addAttribute("order", DecisionWords.of(decision));
        return "waybill/incident-decision";
    }

    @PostMapping("/incidents/{id}/decision")
    String decide(
            @PathVariable String id, @RequestParam Decision decision, Principal user, RedirectAttributes redirect) {
        try {
            incidents.decide(id, decision, user.getName());
            redirect.addFlashAttribute(
                    "notice",
                    "%s ordered. The incident closes by itself once it is done."
                            .formatted(DecisionWords.of(decision).verb()));
        } catch (NoSuchElementException e) {
            throw new ResponseStatusException(HttpStatus.NOT_FOUND, missing(id), e);
        } catch (IllegalStateException | OrderNotAcknowledgedException e) {
            redirect.addFlashAttribute("refusal", "Not ordered: " + e.getMessage());
        }
        return "redirect:/incidents";
    }

    private static String missing(String id) {
        return "no incident " + id;
    }
}
