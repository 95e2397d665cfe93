package io.tickshred.duckdb;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** In a process of its own, because a library is loaded once. */
class DuckDbLibraryTest {
    @TempDir
    Path temp;

    @ParameterizedTest(name = "loaded ahead: {0}")
    @ValueSource(booleans = {false, true})
    void whereTheLibraryCannotBeUnpackedItIsSaidInOneLine(boolean ahead) throws Exception {
        Path missing = temp.resolve("missing");
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Djava.io.tmpdir=" + missing,
                        "-cp",
                        System.getProperty("java.class.path"),
                        Unloadable.class.getName(),
                        Boolean.toString(ahead),
                        temp.toString())
                .redirectError(ProcessBuilder.Redirect.DISCARD) // newer JVMs complain there of the directory
                .start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(said.strip())
                .isEqualTo("DuckDB's library cannot be unpacked into " + missing + ": there is no such directory; make"
                        + " it, or name another directory with -Djava.io.tmpdir=DIR");
    }

    /** Opens a session and says why that fails. */
    static final class Unloadable {
        private Unloadable() {}

        public static void main(String[] arguments) throws Exception {
            if (Boolean.parseBoolean(arguments[0])) {
                DuckDbSession.preload().join();
            }
            try {
                DuckDbSession.open(Path.of(arguments[1]), MemoryBudget.LEAST).close();
                System.out.println("opened");
            } catch (DuckDbException e) {
                System.out.println(e.getMessage());
            }
        }
    }
}
