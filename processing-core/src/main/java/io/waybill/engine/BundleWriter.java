package io.waybill.engine;

import com.google.protobuf.UnsafeByteOperations;
import io.waybill.format.v1.Bundle;
import io.waybill.format.v1.BundleChunk;
import io.waybill.format.v1.BundledPart;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Puts parts by that are to run later. What it has written stands in the state of the task and means nothing before a row
 * of the waiting room names it: so the parts of a split can be put by before that has returned (I3). One thread.
 */
final class BundleWriter {

    private final OperatorChain chain;
    private final EngineOptions options;
    private final StateLayer state;
    private final long name;
    private BundleChunk.Builder chunk = BundleChunk.newBuilder();
    private long chunkBytes;
    private int chunks;
    private long bytes;
    private long told;
    private @Nullable PartPath first;

    /** @param state the task's own: what is put by must outlive the layer of the record that is still running */
    BundleWriter(OperatorChain chain, EngineOptions options, StateLayer state, long name) {
        this.chain = chain;
        this.options = options;
        this.state = state;
        this.name = name;
    }

    void add(Entry part) {
        if (first == null) {
            first = part.path();
        }
        if (chunk.getPartsCount() > 0 && chunkBytes + part.bytes() > options.maxChunkBytes()) {
            chunk.addAllNext(part.path().steps());
            close();
        }
        chunk.addParts(BundledPart.newBuilder()
                .addAllPath(part.path().steps())
                .setEntry(chain.nameOf(part.start()))
                .setPayload(UnsafeByteOperations.unsafeWrap(part.payload()))
                .setLabel(part.label()));
        chunkBytes += part.bytes();
    }

    private void close() {
        bytes += Bundles.put(name, chunks++, chunk.build(), state);
        chunk = BundleChunk.newBuilder();
        chunkBytes = 0;
    }

    /** How many bytes were written that nobody was told of. */
    long written() {
        long news = bytes - told;
        told = bytes;
        return news;
    }

    /** Of the first part. */
    PartPath path() {
        return Objects.requireNonNull(first, "nothing was put by");
    }

    /** There are no more. */
    Bundle.Builder end() {
        close();
        return Bundle.newBuilder().setName(name).setChunks(chunks).setBytes(bytes);
    }

    /** There never were any. */
    void discard() {
        for (int number = 0; number < chunks; number++) {
            Bundles.delete(name, number, state);
        }
    }
}
