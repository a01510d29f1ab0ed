package io.waybill.log.kafka;

import io.waybill.log.GroupReader;
import io.waybill.log.Log;
import io.waybill.log.LogAdmin;
import io.waybill.log.LogReader;
import io.waybill.log.LogWriter;
import io.waybill.log.TransactionalWriter;
import java.time.Duration;
import java.util.Collection;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.CloseOptions.GroupMembershipOperation;

/**
 * The log on a Kafka cluster. Owns one admin client, which its readers and writers share: close it after all of them.
 * Opening does not wait for the cluster, first use does.
 */
public final class KafkaLog implements Log, AutoCloseable {

    private final KafkaLogOptions options;
    private final Admin adminClient;
    private final KafkaLogAdmin admin;
    private final TopicLimits limits;
    private final InstanceIds instanceIds;

    public KafkaLog(KafkaLogOptions options) {
        this.options = options;
        this.adminClient = Admin.create(AdminSettings.of(options));
        this.admin = new KafkaLogAdmin(adminClient, options);
        this.limits = new TopicLimits(admin, options.maxRequestBytes());
        this.instanceIds = new InstanceIds(options.groupInstanceId());
    }

    @Override
    public GroupReader joinGroup(String group, Collection<String> topics, GroupReader.RebalanceListener listener) {
        int number = instanceIds.take();
        try {
            return new KafkaGroupReader(
                    ConsumerSettings.member(options, group, instanceIds.name(number)),
                    adminClient,
                    topics,
                    listener,
                    options.staysOnClose()
                            ? GroupMembershipOperation.REMAIN_IN_GROUP
                            : GroupMembershipOperation.LEAVE_GROUP,
                    () -> instanceIds.giveBack(number));
        } catch (RuntimeException refused) {
            instanceIds.giveBack(number);
            throw refused;
        }
    }

    @Override
    public LogReader reader() {
        return new KafkaLogReader(ConsumerSettings.alone(options), adminClient);
    }

    @Override
    public TransactionalWriter transactionalWriter(String transactionalId, Duration transactionTimeout) {
        return new KafkaTransactionalWriter(
                ProducerSettings.transactional(options, transactionalId, transactionTimeout),
                limits,
                options.deliveryTimeout());
    }

    @Override
    public LogWriter writer() {
        return new KafkaLogWriter(ProducerSettings.idempotent(options), limits, options.deliveryTimeout());
    }

    @Override
    public LogAdmin admin() {
        return admin;
    }

    @Override
    public void close() {
        adminClient.close(options.requestTimeout());
    }
}
