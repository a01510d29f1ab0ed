package io.waybill.engine;

/** A record of the source as one number, where ids of all its partitions are held together. */
record SourcePlace(int partition, long offset) {

    private static final int OFFSET_BITS = 48;

    static SourcePlace of(long number) {
        return new SourcePlace((int) (number >>> OFFSET_BITS), number & ((1L << OFFSET_BITS) - 1));
    }

    long number() {
        return ((long) partition << OFFSET_BITS) | offset;
    }
}
