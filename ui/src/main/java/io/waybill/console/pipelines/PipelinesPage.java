package io.waybill.console.pipelines;

import io.waybill.console.frame.ConsoleView;
import io.waybill.control.ForbiddenOrderException;
import io.waybill.control.OrderNotWrittenException;
import io.waybill.control.PipelineView;
import io.waybill.control.Pipelines;
import io.waybill.control.ReasonMissingException;
import io.waybill.control.UnknownPipelineException;
import io.waybill.control.Wanted;
import java.security.Principal;
import java.util.List;
import java.util.stream.Collectors;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.http.HttpStatus;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.server.ResponseStatusException;
import org.springframework.web.servlet.mvc.support.RedirectAttributes;

/** Pipelines and their orders. What an order came to shows on the pipeline, never in the answer to it. */
@ConsoleView
public class PipelinesPage {

    private static final Logger LOG = LoggerFactory.getLogger(PipelinesPage.class);

    private final @Nullable Pipelines pipelines;

    public PipelinesPage(ObjectProvider<Pipelines> pipelines) {
        this.pipelines = pipelines.getIfAvailable();
    }

    @GetMapping("/pipelines")
    String pipelines(Model model) {
        List<PipelineCard> cards = List.of();
        try {
            if (pipelines != null) {
                cards = pipelines.all().stream().map(PipelineCard::of).toList();
            }
            model.addAttribute("unreachable", false);
        } catch (KafkaException e) {
            LOG.warn("pipelines cannot be shown since the log does not answer", e);
            model.addAttribute("unreachable", true);
        }
        model.addAttribute("cards", cards);
        model.addAttribute(
                "announcement",
                cards.stream()
                        .map(card -> card.pipeline().name() + ": " + card.look().label())
                        .collect(Collectors.joining(". ")));
        return "waybill/pipelines";
    }

    /** States what will happen, and asks why. */
    @GetMapping("/pipelines/{name}/order")
    String confirm(@PathVariable String name, @RequestParam Wanted wanted, Model model) {
        PipelineView pipeline = found(name);
        model.addAttribute("card", PipelineCard.of(pipeline));
        model.addAttribute("order", OrderWords.of(wanted, pipeline));
        model.addAttribute("allowed", pipeline.wanted().mayBecome(wanted));
        return "waybill/pipeline-order";
    }

    @PostMapping("/pipelines/{name}/order")
    String order(
            @PathVariable String name,
            @RequestParam Wanted wanted,
            @RequestParam(defaultValue = "") String reason,
            Principal user,
            RedirectAttributes redirect) {
        String verb = OrderWords.of(wanted, found(name)).verb();
        try {
            Pipelines.Ordered ordered = steered().order(name, wanted, user.getName(), reason);
            redirect.addFlashAttribute(
                    "notice",
                    ordered.isNew()
                            ? "%s ordered for %s. What becomes of it shows here.".formatted(verb, name)
                            : "Nothing ordered: %s is to be %s already.".formatted(name, PipelineCard.words(wanted)));
        } catch (ReasonMissingException e) {
            redirect.addFlashAttribute("refusal", "Not ordered: say why, in at most 500 characters.");
        } catch (ForbiddenOrderException | OrderNotWrittenException e) {
            redirect.addFlashAttribute("refusal", "Not ordered: " + e.getMessage());
        } catch (KafkaException e) {
            LOG.warn("an order was not given since the log does not answer", e);
            redirect.addFlashAttribute("refusal", "Not ordered: the log does not answer. Try again.");
        }
        return "redirect:/pipelines";
    }

    private Pipelines steered() {
        if (pipelines == null) {
            throw new ResponseStatusException(HttpStatus.NOT_FOUND, "this application knows no pipelines");
        }
        return pipelines;
    }

    private PipelineView found(String name) {
        try {
            return steered().get(name);
        } catch (UnknownPipelineException e) {
            throw new ResponseStatusException(HttpStatus.NOT_FOUND, "no pipeline " + name, e);
        }
    }
}
