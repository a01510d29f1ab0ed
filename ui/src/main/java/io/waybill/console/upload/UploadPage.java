package io.waybill.console.upload;

import io.waybill.console.frame.ConsoleView;
import io.waybill.intake.Intake;
import io.waybill.intake.Intake.Submission;
import io.waybill.intake.IntakeRefusedException;
import io.waybill.intake.IntakeUnavailableException;
import io.waybill.pipeline.Headers;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.http.HttpStatus;
import org.springframework.ui.Model;
import org.springframework.util.StringUtils;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.multipart.MultipartFile;
import org.springframework.web.server.ResponseStatusException;
import org.springframework.web.servlet.mvc.support.RedirectAttributes;

/** Takes one or several files and tells of each whether the broker has it. */
@ConsoleView
public class UploadPage {

    private final @Nullable Intake intake;

    public UploadPage(ObjectProvider<Intake> intake) {
        this.intake = intake.getIfAvailable();
    }

    @GetMapping("/upload")
    String form(@RequestParam(required = false) @Nullable String pipeline, Model model) {
        model.addAttribute("pipeline", pipeline);
        model.addAttribute("maxBytes", intake().maxPayloadBytes());
        return "waybill/upload";
    }

    @PostMapping("/upload")
    String upload(
            @RequestParam String pipeline,
            @RequestParam(name = "file", required = false) @Nullable List<MultipartFile> files,
            RedirectAttributes redirect)
            throws IOException {
        Intake taker = intake();
        List<UploadResult> results = new ArrayList<>();
        for (MultipartFile file : files == null ? List.<MultipartFile>of() : files) {
            if (!nameOf(file).isEmpty() || !file.isEmpty()) {
                results.add(submit(taker, pipeline, file));
            }
        }
        if (results.isEmpty()) {
            redirect.addFlashAttribute("refusal", "Nothing was sent: choose at least one file.");
        }
        redirect.addFlashAttribute("results", results);
        redirect.addAttribute("pipeline", pipeline);
        return "redirect:/upload";
    }

    private static UploadResult submit(Intake intake, String pipeline, MultipartFile file) throws IOException {
        String name = nameOf(file);
        try {
            if (file.getSize() > intake.maxPayloadBytes()) {
                throw IntakeRefusedException.payloadTooLarge(file.getSize(), intake.maxPayloadBytes());
            }
            Headers headers = Headers.NONE.with("Name", name);
            if (StringUtils.hasText(file.getContentType())) {
                headers = headers.with("Content-Type", file.getContentType());
            }
            Submission submission = new Submission(pipeline, null, headers, file.getBytes());
            return UploadResult.Accepted.of(name, file.getSize(), intake.submit(submission));
        } catch (IntakeRefusedException e) {
            return new UploadResult.Refused(name, String.valueOf(e.getMessage()), false);
        } catch (IntakeUnavailableException e) {
            return new UploadResult.Refused(name, String.valueOf(e.getMessage()), true);
        }
    }

    /** Some browsers send a path; only its last element is a name. */
    private static String nameOf(MultipartFile file) {
        String name = file.getOriginalFilename();
        return name == null ? "" : name.substring(Math.max(name.lastIndexOf('/'), name.lastIndexOf('\\')) + 1);
    }

    private Intake intake() {
        if (intake == null) {
            throw new ResponseStatusException(HttpStatus.NOT_FOUND, "this application has no intake");
        }
        return intake;
    }
}
