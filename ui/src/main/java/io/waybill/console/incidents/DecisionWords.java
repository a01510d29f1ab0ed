package io.waybill.console.incidents;

import io.waybill.tracking.Incidents.Decision;

/**
 * A decision in words.
 *
 * @param verb on the button
 * @param consequence what will happen
 * @param wrong what comes of it where it was the wrong one
 */
public record DecisionWords(Decision decision, String verb, String consequence, String wrong) {

    static DecisionWords of(Decision decision) {
        return switch (decision) {
            case COMMIT ->
                new DecisionWords(
                        decision,
                        "Commit",
                        "What is prepared becomes visible in the sink's system, for good.",
                        "If its checkpoint was never committed, its records run again and their effects are there twice.");
            case ROLL_BACK ->
                new DecisionWords(
                        decision,
                        "Roll back",
                        "What is prepared is given up in the sink's system, for good.",
                        "If its checkpoint was committed, its records do not run again and their effects are missing.");
        };
    }
}
