package io.waybill.log.kafka;

import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.admin.AdminClientConfig;

final class AdminSettings {

    private AdminSettings() {}

    static Map<String, Object> of(KafkaLogOptions options) {
        Map<String, Object> settings = new HashMap<>(options.clientProperties());
        settings.put(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, options.bootstrapServers());
        settings.put(
                AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG,
                Math.toIntExact(options.requestTimeout().toMillis()));
        settings.put(
                AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG,
                Math.toIntExact(options.deliveryTimeout().toMillis()));
        return settings;
    }
}
