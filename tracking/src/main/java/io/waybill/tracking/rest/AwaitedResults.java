package io.waybill.tracking.rest;

import io.waybill.format.TrackingId;
import io.waybill.tracking.FlowQueries.ResultView;
import io.waybill.tracking.FlowResults;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Supplier;
import org.springframework.http.MediaType;
import org.springframework.web.context.request.async.DeferredResult;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;

/** Requests that wait for results. None of them holds a thread while it does. */
final class AwaitedResults {

    /** A client connects again, and says by {@code Last-Event-ID} what it has seen. */
    private static final Duration STREAM = Duration.ofMinutes(5);

    private static final Duration RECONNECT = Duration.ofSeconds(1);

    private final FlowResults results;

    AwaitedResults(FlowResults results) {
        this.results = results;
    }

    /** @param answer is asked when there is such a result, or the time is over */
    <T> DeferredResult<T> within(Duration time, TrackingId flow, int after, Supplier<T> answer) {
        DeferredResult<T> response = new DeferredResult<>(time.toMillis());
        CompletableFuture<List<ResultView>> next = results.next(flow, after);
        response.onTimeout(() -> next.cancel(false));
        response.onCompletion(() -> next.cancel(false));
        var unused = next.whenComplete((found, error) -> {
            if (error != null && !(error instanceof CancellationException)) {
                response.setErrorResult(cause(error));
            } else if (!response.isSetOrExpired()) {
                // Also where the application ends: as it is now.
                answer(response, answer);
            }
        });
        return response;
    }

    private static <T> void answer(DeferredResult<T> response, Supplier<T> answer) {
        try {
            response.setResult(answer.get());
        } catch (RuntimeException e) {
            response.setErrorResult(e);
        }
    }

    /** Each result once, in order, those of later repairs too; an event's id is the number of its result. */
    SseEmitter stream(TrackingId flow, int after) {
        SseEmitter stream = new SseEmitter(STREAM.toMillis());
        stream.onTimeout(stream::complete);
        if (sent(stream, SseEmitter.event().comment("results of " + flow).reconnectTime(RECONNECT.toMillis()))) {
            follow(stream, flow, after);
        }
        return stream;
    }

    private void follow(SseEmitter stream, TrackingId flow, int after) {
        CompletableFuture<List<ResultView>> next = results.next(flow, after);
        stream.onCompletion(() -> next.cancel(false));
        var unused = next.whenComplete((found, error) -> {
            if (error == null) {
                if (found.stream().allMatch(result -> sent(stream, event(result)))) {
                    follow(stream, flow, found.getLast().number());
                }
            } else if (error instanceof CancellationException) {
                stream.complete();
            } else {
                stream.completeWithError(cause(error));
            }
        });
    }

    private static SseEmitter.SseEventBuilder event(ResultView result) {
        return SseEmitter.event()
                .id(String.valueOf(result.number()))
                .name("result")
                .data(result, MediaType.APPLICATION_JSON);
    }

    private static boolean sent(SseEmitter stream, SseEmitter.SseEventBuilder event) {
        try {
            stream.send(event);
            return true;
        } catch (IOException | IllegalStateException gone) {
            // The client has gone, or its time is over: the container ends the request by itself.
            return false;
        }
    }

    private static Throwable cause(Throwable error) {
        Throwable cause = error instanceof CompletionException ? error.getCause() : null;
        return cause == null ? error : cause;
    }
}
