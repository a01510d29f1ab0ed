/**
 * The test kit for teams: drives a pipeline bean in milliseconds, without Kafka. In: the bean, records, orders, failures,
 * time. Out: outputs, dead letters, results, state, incidents. The engine that runs is the real one, over the simulated
 * ports of the packages below; for tests of any team, begin with {@link io.waybill.testkit.PipelineTest}.
 */
@NullMarked
package io.waybill.testkit;

import org.jspecify.annotations.NullMarked;
