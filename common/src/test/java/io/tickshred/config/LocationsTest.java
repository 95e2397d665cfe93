package io.tickshred.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocationsTest {
    @TempDir
    Path directory;

    @Test
    void aPlaceIsTheSameHoweverItIsSpelled() {
        String written = directory.resolve("data").toString();

        assertThat(Locations.absolute("data/", directory)).isEqualTo(written);
        assertThat(Locations.absolute("./more/../data", directory)).isEqualTo(written);
        assertThat(Locations.absolute("file://" + written + "/", directory)).isEqualTo(written);
        assertThat(Locations.absolute("s3://bucket/data//", directory)).isEqualTo("s3://bucket/data");
    }

    @Test
    void theRealPlaceIsThatBehindTheLinksAsFarAsItIsThere() throws Exception {
        Path real = Files.createDirectories(directory.toRealPath().resolve("real"));
        Path link = Files.createSymbolicLink(directory.resolve("link"), real);

        assertThat(Locations.real(link.toString())).isEqualTo(real.toString());
        assertThat(Locations.real(link.resolve("to/come").toString()))
                .isEqualTo(real.resolve("to/come").toString());
        assertThat(Locations.real("s3://bucket/data")).isEqualTo("s3://bucket/data");
    }
}
