package io.waybill.console.deadletters;

import org.jspecify.annotations.Nullable;

/**
 * The edit form.
 *
 * @param text what it begins with, after a line end that HTML parsers swallow
 * @param basedOn the revision that the person sees
 * @param hex the payload is no text and is typed in hex
 * @param tooLarge to be typed over; a file replaces it
 * @param problem why what was typed was not saved; null: nothing was refused
 * @param overridable the problem is the person's to judge
 */
record Editor(
        String text,
        int basedOn,
        boolean hex,
        boolean tooLarge,
        @Nullable String reason,
        @Nullable String problem,
        boolean overridable) {

    static Editor of(String text, int basedOn, boolean hex, boolean tooLarge) {
        return new Editor("\n" + text, basedOn, hex, tooLarge, null, null, false);
    }

    Editor refused(String typed, @Nullable String why, @Nullable String reasonGiven, boolean canOverride) {
        return new Editor("\n" + typed, basedOn, hex, tooLarge, reasonGiven, why, canOverride);
    }
}
