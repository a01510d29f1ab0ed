package io.waybill.engine;

import io.waybill.format.v1.Bundle;
import io.waybill.format.v1.BundleChunk;
import io.waybill.format.v1.BundledPart;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A bundle whose turn it is, as far as one run may come: to the end of its next chunk.
 *
 * @param left parts of the chunk that have not run
 */
record OpenBundle(Bundle bundle, BundleChunk chunk, long sinceMs, List<Entry> left) {

    /** @throws TaskHaltedException where this version does not know where one of them enters */
    static OpenBundle of(Bundle bundle, long sinceMs, OperatorChain chain, StateLayer state) {
        BundleChunk chunk = Bundles.next(bundle, state);
        List<Entry> left = new ArrayList<>();
        for (BundledPart part : chunk.getPartsList().subList(bundle.getDone(), chunk.getPartsCount())) {
            int start = chain.startOf(part.getEntry());
            if (start == Entry.NOWHERE) {
                throw TaskHaltedException.stateOrphaned(
                        "parts wait behind '%s', but this version of the pipeline has no such entry: declare it again until nothing waits there"
                                .formatted(part.getEntry()));
            }
            left.add(new Entry(
                    start, new PartPath(part.getPathList()), part.getPayload().toByteArray(), part.getLabel(), 0));
        }
        return new OpenBundle(bundle, chunk, sinceMs, left);
    }

    /**
     * What of it waits on.
     *
     * @param unrun how many of the chunk did not run
     * @return null where nothing is left
     */
    Bundle.@Nullable Builder rest(int unrun) {
        if (unrun > 0) {
            return bundle.toBuilder().setDone(chunk.getPartsCount() - unrun);
        }
        return chunk.getNextCount() == 0
                ? null
                : bundle.toBuilder().setChunk(bundle.getChunk() + 1).setDone(0);
    }

    /** The first part of what waits on. */
    PartPath path(int unrun) {
        return unrun > 0 ? left.get(left.size() - unrun).path() : new PartPath(chunk.getNextList());
    }

    /** @param state of the run */
    void passes(int unrun, StateLayer state) {
        if (unrun == 0) {
            Bundles.delete(bundle.getName(), bundle.getChunk(), state);
        }
    }
}
