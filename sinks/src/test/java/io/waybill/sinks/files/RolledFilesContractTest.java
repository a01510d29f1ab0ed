package io.waybill.sinks.files;

import io.waybill.sink.TwoPhaseSink;
import io.waybill.testkit.contract.TwoPhaseSinkContract;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;

/** On the real disk, with files that are full once they have a row. */
class RolledFilesContractTest extends TwoPhaseSinkContract {

    @TempDir
    Path folder;

    @Override
    protected TwoPhaseSink<String> sink() {
        return FileSink.into(folder, (String text) -> text.getBytes(StandardCharsets.UTF_8))
                .rollingAt(1);
    }

    @Override
    protected List<String> committed() {
        return Visible.rows(folder);
    }
}
