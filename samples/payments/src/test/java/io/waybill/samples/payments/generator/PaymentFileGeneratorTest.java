package io.waybill.samples.payments.generator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.waybill.pipeline.Poison;
import io.waybill.samples.payments.PainVersion;
import io.waybill.samples.payments.Payment;
import io.waybill.samples.payments.PaymentFile;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

class PaymentFileGeneratorTest {

    /** The property that all else leans on: what is read and checked is what the recipe says, for any recipe. */
    @Test
    void saysWhatBecomesOfEveryPaymentWhateverTheRecipe() throws IOException {
        for (long seed = 1; seed <= 60; seed++) {
            Recipe recipe = anyRecipe(seed);
            assertThat(outcomeOf(bytes(recipe))).as(recipe.toString()).isEqualTo(expectation(recipe));
        }
    }

    @ParameterizedTest
    @EnumSource(mode = Mode.EXCLUDE, names = "NONE")
    void saysHowAFileFailsAsAWhole(FileDefect defect) {
        for (long seed = 1; seed <= 10; seed++) {
            Recipe recipe = anyRecipe(seed).with(defect);
            assertThat(expectation(recipe).fileError()).isEqualTo(defect.code());
            assertThatExceptionOfType(Poison.class)
                    .as(recipe.toString())
                    .isThrownBy(() -> PaymentFile.read(bytes(recipe)))
                    .matches(poison -> poison.code().equals(defect.code()));
        }
    }

    @Test
    void makesEqualBytesFromEqualRecipesAndOtherIdsFromOthers() throws IOException {
        Recipe recipe = Recipe.of(5, 120).with(Defect.IBAN, 3);

        assertThat(bytes(recipe)).isEqualTo(bytes(Recipe.of(5, 120).with(Defect.IBAN, 3)));
        assertThat(recipe.messageId()).isNotEqualTo(Recipe.of(5, 120).messageId());
        assertThat(recipe.messageId())
                .isNotEqualTo(Recipe.of(6, 120).with(Defect.IBAN, 3).messageId());
    }

    @Test
    void breaksEveryPaymentWhereItIsAskedTo() {
        Recipe recipe = Recipe.of(3, 10).with(Defect.IBAN, 4).with(Defect.BIC, 6);

        assertThat(expectation(recipe).cleared()).isEmpty();
        assertThat(expectation(recipe).failed()).hasSize(10);
    }

    @Test
    void keepsTenThousandPaymentsBelowTheSizeThatIsTakenIn() throws IOException {
        CountingStream counted = new CountingStream();
        new PaymentFileGenerator(Recipe.of(1, 10_000)).writeTo(counted);

        assertThat(counted.count).isBetween(1L << 20, 16L << 20);
    }

    @Test
    void refusesRecipesThatCannotBe() {
        assertThatIllegalArgumentException().isThrownBy(() -> Recipe.of(1, 0));
        assertThatIllegalArgumentException().isThrownBy(() -> Recipe.of(1, 5).with(Defect.BIC, 6));
        assertThatIllegalArgumentException().isThrownBy(() -> Recipe.of(1, 5).with(Defect.BIC, -1));
    }

    @Test
    void writesFilesAndWhatToExpectFromTheCommandLine(@TempDir Path folder) throws IOException {
        List<Path> written = GeneratePaymentFiles.run(
                "--seed",
                "4",
                "--files",
                "2",
                "--version",
                "09",
                "--payments",
                "20",
                "--ibans",
                "1",
                "--expected",
                "yes",
                "--to",
                folder.toString());

        assertThat(written).hasSize(4).allMatch(Files::exists);
        assertThat(Files.readAllBytes(written.getFirst()))
                .isEqualTo(bytes(Recipe.of(4, 20).version(PainVersion.V09).with(Defect.IBAN, 1)));
        assertThat(Files.readAllLines(written.get(1)))
                .hasSize(21)
                .filteredOn(line -> line.endsWith(",INVALID_IBAN"))
                .hasSize(1);
    }

    @Test
    void namesAnOptionThatIsWrong() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> GeneratePaymentFiles.run("--size", "1"))
                .withMessageContaining("--size");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> GeneratePaymentFiles.run("--seed"))
                .withMessageContaining("--seed");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> GeneratePaymentFiles.run("--payments", "many"))
                .withMessageContaining("--payments: expected a number, but was many");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> GeneratePaymentFiles.run("--file-defect", "rain"))
                .withMessageContaining("--file-defect");
    }

    private static Recipe anyRecipe(long seed) {
        Random random = new Random(seed);
        Recipe recipe = Recipe.of(seed, 1 + random.nextInt(350))
                .version(random.nextBoolean() ? PainVersion.V03 : PainVersion.V09);
        int left = recipe.payments();
        for (Defect defect : Defect.values()) {
            int count = random.nextInt(Math.min(left, 8) + 1);
            recipe = recipe.with(defect, count);
            left -= count;
        }
        return recipe;
    }

    private static Expectation expectation(Recipe recipe) {
        return new PaymentFileGenerator(recipe).expectation();
    }

    private static Expectation outcomeOf(byte[] document) {
        List<String> cleared = new ArrayList<>();
        Map<String, String> failed = new LinkedHashMap<>();
        for (Payment payment : PaymentFile.read(document).payments()) {
            try {
                cleared.add(payment.validated().endToEndId());
            } catch (Poison poison) {
                failed.put(payment.endToEndId(), poison.code());
            }
        }
        return new Expectation("", cleared, failed);
    }

    private static byte[] bytes(Recipe recipe) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        new PaymentFileGenerator(recipe).writeTo(out);
        return out.toByteArray();
    }

    private static final class CountingStream extends OutputStream {

        private long count;

        @Override
        public void write(int value) {
            count++;
        }

        @Override
        public void write(byte[] bytes, int offset, int length) {
            count += length;
        }
    }
}
