package io.waybill.samples.payments.generator;

import java.util.HashMap;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** Which payments of a file have which defect, spread evenly over it. */
final class BrokenPayments {

    private final Map<Integer, Defect> byIndex = new HashMap<>();

    BrokenPayments(Recipe recipe) {
        RandomGenerator random = Randomness.at(recipe.seed(), -1);
        int broken =
                recipe.defects().values().stream().mapToInt(Integer::intValue).sum();
        int next = recipe.payments() - broken;
        for (Defect defect : Defect.values()) {
            for (int i = 0; i < recipe.count(defect); i++) {
                draw(next++, defect, random);
            }
        }
    }

    @Nullable
    Defect at(int index) {
        return byIndex.get(index);
    }

    /** One step of Floyd's sample without replacement (Bentley and Floyd, CACM 30(9), 1987). */
    private void draw(int limit, Defect defect, RandomGenerator random) {
        int index = random.nextInt(limit + 1);
        if (byIndex.putIfAbsent(index, defect) != null) {
            byIndex.put(limit, defect);
        }
    }
}
