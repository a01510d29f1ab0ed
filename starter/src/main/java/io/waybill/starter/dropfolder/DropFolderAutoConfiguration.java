package io.waybill.starter.dropfolder;

import io.waybill.intake.Intake;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;

/** Drop folders, wherever there is an intake. */
@AutoConfiguration(afterName = "io.waybill.starter.engine.EngineAutoConfiguration")
@ConditionalOnBean(Intake.class)
@EnableConfigurationProperties(DropFolderProperties.class)
class DropFolderAutoConfiguration {

    @Bean
    DropFolders waybillDropFolders(DropFolderProperties properties, Intake intake) {
        List<DropFolder> folders = new ArrayList<>();
        for (Map.Entry<String, Path> entry : properties.folders().entrySet()) {
            String pipeline = entry.getKey();
            if (!intake.pipelines().contains(pipeline)) {
                throw new IllegalArgumentException("expected %s<pipeline> with one of the pipelines %s, but was %s%s"
                        .formatted(DropFolderProperties.NAME, intake.pipelines(), DropFolderProperties.NAME, pipeline));
            }
            folders.add(new DropFolder(pipeline, entry.getValue(), intake, Pace.DEFAULT, Clock.systemUTC()));
        }
        return new DropFolders(folders, Pace.DEFAULT);
    }
}
