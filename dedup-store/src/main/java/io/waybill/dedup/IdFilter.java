package io.waybill.dedup;

/**
 * Says of most ids that are not in a run that they are not, without a look into the run; never so of one that is. Two
 * bytes for each id; one look-up in some hundreds goes in vain.
 *
 * <p>A split block Bloom filter (Putze, Sanders, Singler 2007; the form of Apache Parquet): an id has one block of 256
 * bits and in each of its eight words one bit, so a look-up touches one or two cache lines.
 */
final class IdFilter {

    private static final int BITS_PER_ID = 16;
    private static final int LONGS_PER_BLOCK = 4;
    private static final int BITS_PER_BLOCK = LONGS_PER_BLOCK * Long.SIZE;

    // Parquet's, odd and random.
    private static final int[] SALTS = {
        0x47b6137b, 0x44974d91, 0x8824ad5b, 0xa2b7289d, 0x705495c7, 0x2df1424b, 0x9efc4947, 0x5c6bfb31
    };

    private final long[] words;
    private final int blocks;

    private IdFilter(int blocks) {
        this.blocks = blocks;
        this.words = new long[blocks * LONGS_PER_BLOCK];
    }

    /** @param ids at most */
    static IdFilter forIds(long ids) {
        return new IdFilter(Math.toIntExact(1 + ids * BITS_PER_ID / BITS_PER_BLOCK));
    }

    /** What an id asks of every filter. */
    record Mask(long hash, long first, long second, long third, long fourth) {

        static Mask of(long hash) {
            int lower = (int) hash;
            return new Mask(hash, bits(lower, 0), bits(lower, 2), bits(lower, 4), bits(lower, 6));
        }

        /** One bit in each half. */
        private static long bits(int lower, int word) {
            return 1L << ((lower * SALTS[word]) >>> 27) | 1L << (Integer.SIZE + ((lower * SALTS[word + 1]) >>> 27));
        }
    }

    void add(Mask mask) {
        int at = blockOf(mask.hash) * LONGS_PER_BLOCK;
        words[at] |= mask.first;
        words[at + 1] |= mask.second;
        words[at + 2] |= mask.third;
        words[at + 3] |= mask.fourth;
    }

    boolean mayHold(Mask mask) {
        int at = blockOf(mask.hash) * LONGS_PER_BLOCK;
        // All four at once: a branch for each would be guessed wrong.
        long missing = (mask.first & ~words[at])
                | (mask.second & ~words[at + 1])
                | (mask.third & ~words[at + 2])
                | (mask.fourth & ~words[at + 3]);
        return missing == 0;
    }

    private int blockOf(long hash) {
        return IdOrder.share(hash, blocks);
    }

    /** All its bits. */
    long[] words() {
        return words;
    }
}
