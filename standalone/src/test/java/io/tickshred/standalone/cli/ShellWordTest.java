package io.tickshred.standalone.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ShellWordTest {
    @Test
    void plainPathsAndAddressesStayAsTheyAre() {
        assertThat(ShellWord.of("/data/out-1/a_b.c")).isEqualTo("/data/out-1/a_b.c");
        assertThat(ShellWord.of("s3://bucket/prefix")).isEqualTo("s3://bucket/prefix");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/data/my days", "it's", "a$HOME`id`", "a\"b\\c", "~/x", "*", "", "a;b"})
    void aShellTakesTheWordForWhatItIs(String word) throws Exception {
        Process shell = new ProcessBuilder("sh", "-c", "printf %s " + ShellWord.of(word)).start();
        shell.getOutputStream().close();
        String heard = new String(shell.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(shell.waitFor()).isZero();
        assertThat(heard).isEqualTo(word);
    }
}
