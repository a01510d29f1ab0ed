package io.waybill.sinks.files;

import io.waybill.sink.TwoPhaseSink;
import io.waybill.testkit.contract.TwoPhaseSinkContract;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;

/** On the real disk, a file for each handle. */
class FileSinkContractTest extends TwoPhaseSinkContract {

    @TempDir
    Path folder;

    @Override
    protected TwoPhaseSink<String> sink() {
        return FileSink.into(folder, (String text) -> text.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    protected List<String> committed() {
        return Visible.rows(folder);
    }
}
