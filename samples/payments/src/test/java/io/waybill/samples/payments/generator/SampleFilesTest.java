package io.waybill.samples.payments.generator;

import static org.assertj.core.api.Assertions.assertThat;

import io.waybill.samples.payments.PainVersion;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class SampleFilesTest {

    private static final Path FOLDER = Path.of("files");

    @ParameterizedTest
    @MethodSource("recipes")
    void areWhatTheGeneratorMakes(Recipe recipe) throws IOException {
        ByteArrayOutputStream made = new ByteArrayOutputStream();
        new PaymentFileGenerator(recipe).writeTo(made);

        assertThat(Files.readAllBytes(FOLDER.resolve(recipe.fileName()))).isEqualTo(made.toByteArray());
    }

    @Test
    void areNoOthers() throws IOException {
        try (Stream<Path> files = Files.list(FOLDER)) {
            assertThat(files.map(file -> file.getFileName().toString()).filter(name -> name.endsWith(".xml")))
                    .containsExactlyInAnyOrderElementsOf(
                            recipes().stream().map(Recipe::fileName).toList());
        }
    }

    static List<Recipe> recipes() {
        return List.of(
                Recipe.of(2026, 500)
                        .with(Defect.IBAN, 5)
                        .with(Defect.BIC, 3)
                        .with(Defect.AMOUNT, 2)
                        .with(Defect.CURRENCY, 2),
                Recipe.of(9, 200).version(PainVersion.V09),
                Recipe.of(7, 50).with(FileDefect.WRONG_CONTROL_SUM));
    }
}
