package io.waybill.deadletters.rest;

import io.waybill.deadletters.PayloadTooLargeException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Type;
import org.springframework.core.MethodParameter;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpInputMessage;
import org.springframework.http.converter.HttpMessageConverter;
import org.springframework.web.bind.annotation.ControllerAdvice;
import org.springframework.web.servlet.mvc.method.annotation.RequestBodyAdviceAdapter;

/** Stops reading a request's body at a bound, announced or not (I6). */
@ControllerAdvice(assignableTypes = {DeadLetterController.class, ReplayController.class})
class BoundedBodies extends RequestBodyAdviceAdapter {

    private static final long ENVELOPE = 1024 * 1024;

    private final long bound;

    /** A payload fits as base64, and as JSON text unless more than half of it has to be escaped. */
    BoundedBodies(long maxPayloadBytes) {
        bound = 2 * maxPayloadBytes + ENVELOPE;
    }

    @Override
    public boolean supports(
            MethodParameter parameter, Type targetType, Class<? extends HttpMessageConverter<?>> converterType) {
        return true;
    }

    @Override
    public HttpInputMessage beforeBodyRead(
            HttpInputMessage message,
            MethodParameter parameter,
            Type targetType,
            Class<? extends HttpMessageConverter<?>> converterType)
            throws IOException {
        long announced = message.getHeaders().getContentLength();
        if (announced > bound) {
            throw PayloadTooLargeException.of("a request", announced, bound);
        }
        return new BoundedMessage(message.getHeaders(), new BoundedStream(message.getBody(), bound));
    }

    private record BoundedMessage(HttpHeaders headers, InputStream body) implements HttpInputMessage {

        @Override
        public HttpHeaders getHeaders() {
            return headers;
        }

        @Override
        public InputStream getBody() {
            return body;
        }
    }

    private static final class BoundedStream extends FilterInputStream {

        private final long bound;
        private long read;

        BoundedStream(InputStream in, long bound) {
            super(in);
            this.bound = bound;
        }

        @Override
        public int read() throws IOException {
            int next = super.read();
            count(next < 0 ? 0 : 1);
            return next;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            int got = super.read(bytes, offset, length);
            count(Math.max(got, 0));
            return got;
        }

        @Override
        public long skip(long bytes) throws IOException {
            long skipped = super.skip(bytes);
            count(skipped);
            return skipped;
        }

        private void count(long more) {
            read += more;
            if (read > bound) {
                throw PayloadTooLargeException.beyond("a request", bound);
            }
        }
    }
}
