package io.waybill.console.incidents;

import io.waybill.console.frame.ConsoleView;
import io.waybill.tracking.Incidents;
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

/** Incidents, open ones first asked for; the order to try again. */
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
            throw new ResponseStatusException(HttpStatus.NOT_FOUND, "no incident " + id, e);
        } catch (IllegalStateException e) {
            redirect.addFlashAttribute("refusal", "Not ordered: " + e.getMessage());
        }
        return "redirect:/incidents";
    }
}
