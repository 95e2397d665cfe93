package io.tickshred.fleet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ScratchTest {
    @TempDir
    Path temp;

    @Test
    void aDirectoryIsOneProcesssAloneUntilItIsClosed() throws Exception {
        Path root = temp.resolve("claimed");
        Files.createDirectories(root.resolve("left-by-one-that-died"));
        ProcessLock claim = Scratch.claim(root);

        assertThat(root.resolve("left-by-one-that-died")).doesNotExist();
        assertThat(root).isDirectoryNotContaining("glob:**/[!.]*");
        assertThatThrownBy(() -> Scratch.claim(root))
                .hasMessage("the scratch directory " + root
                        + " is in use by another process: give each instance one of its own (work.scratch)");

        claim.close();
        Scratch.claim(root).close();
    }

    @Test
    void aTaskThatNeedsMoreThanIsFreeIsToBeTriedElsewhere() {
        assertThatThrownBy(() -> Scratch.open(temp, "chunk", Long.MAX_VALUE))
                .isInstanceOf(TaskException.class)
                .hasMessageContaining("no disk space: the task needs");
    }
}
