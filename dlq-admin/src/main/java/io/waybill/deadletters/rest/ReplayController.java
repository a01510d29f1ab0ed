package io.waybill.deadletters.rest;

import io.waybill.deadletters.DeadLetterDesk;
import io.waybill.deadletters.DeadLetters.ReplayView;
import io.waybill.deadletters.rest.Requests.NewReplay;
import java.security.Principal;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.util.UriComponentsBuilder;

@RestController
@RequestMapping(path = "/api/replays", produces = "application/json")
class ReplayController {

    private final DeadLetterDesk desk;

    ReplayController(DeadLetterDesk desk) {
        this.desk = desk;
    }

    /** Accepted is all that is promised: what becomes of it shows at its address. */
    @PostMapping(consumes = "application/json")
    ResponseEntity<ReplayView> replay(@RequestBody NewReplay request, @Nullable Principal user) {
        return accepted(desk.replay(request.id(), request.pinned(), Actor.of(user)));
    }

    @GetMapping("/{id}")
    ReplayView one(@PathVariable String id) {
        return desk.replayById(id).orElseThrow(() -> ReplayNotFoundException.of(id));
    }

    static ResponseEntity<ReplayView> accepted(ReplayView order) {
        return ResponseEntity.accepted()
                .location(UriComponentsBuilder.fromPath("/api/replays/{id}").build(order.id()))
                .body(order);
    }
}
