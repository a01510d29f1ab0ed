package io.waybill.engine;

/** What an owner's note says is in operators now. */
sealed interface Mark {

    Mark NOTHING = new Nothing();

    record Nothing() implements Mark {}

    /**
     * One after the other, noted once.
     *
     * @param exits that are held against each of them so far
     */
    record OfGroup(Group group, int exits) implements Mark {}

    /**
     * One record or part, while nothing else of its process is in operators.
     *
     * @param exits that are held against it so far
     * @param replay whether it is alone because a person ordered it, and not for what is held against a group
     */
    record OfOne(String subject, PartPath path, int exits, boolean replay) implements Mark {}

    /**
     * Records, or parts of one.
     *
     * @param number 0: what is taken up from the subject on, of each record what runs first; else which of the subject's
     *     runs
     */
    record Group(String subject, int number) {

        boolean isOfRecords() {
            return number == 0;
        }
    }
}
