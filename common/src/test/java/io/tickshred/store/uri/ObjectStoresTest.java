package io.tickshred.store.uri;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.tickshred.config.S3Configuration;
import io.tickshred.store.file.FileObjectStore;
import io.tickshred.store.s3.S3ObjectStore;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ObjectStoresTest {
    @TempDir
    private Path directory;

    @Test
    void opensAStoreByItsScheme() {
        try (ObjectStores stores = new ObjectStores(S3Configuration.aws())) {
            assertThat(stores.open("s3://bucket/prefix")).isInstanceOf(S3ObjectStore.class);
            assertThat(stores.open(directory.toString())).isInstanceOf(FileObjectStore.class);
            assertThat(stores.open("relative/path")).isInstanceOf(FileObjectStore.class);
            assertThat(stores.open(directory.toUri().toString()).uri("a b"))
                    .isEqualTo(directory.resolve("a b").toUri().toString());
        }
    }

    @Test
    void urisOfAPrefixAreTheSameWithAndWithoutASlashAtTheEnd() {
        try (ObjectStores stores = new ObjectStores(S3Configuration.aws())) {
            for (String uri : new String[] {"s3://bucket/a/b", "s3://bucket/a/b/"}) {
                assertThat(stores.open(uri).uri("key")).isEqualTo("s3://bucket/a/b/key");
            }
            for (String uri : new String[] {"s3://bucket", "s3://bucket/"}) {
                assertThat(stores.open(uri).uri("key")).isEqualTo("s3://bucket/key");
            }
        }
    }

    @Test
    void theSamePlaceIsOpenedOnce() {
        try (ObjectStores stores = new ObjectStores(S3Configuration.aws())) {
            assertThat(stores.open("s3://bucket/prefix")).isSameAs(stores.open("s3://bucket/prefix"));
        }
    }

    @Test
    void whatItCannotOpenIsRefusedWithWhatToWrite() {
        try (ObjectStores stores = new ObjectStores(S3Configuration.aws())) {
            for (String uri :
                    new String[] {"gs://bucket/prefix", "s3a://bucket", "https://host/x", "s3://", "s3:bucket", ""}) {
                assertThatIllegalArgumentException()
                        .as(uri)
                        .isThrownBy(() -> stores.open(uri))
                        .withMessageContaining("s3://bucket/prefix")
                        .withMessageContaining(uri.replace("s3://", ""));
            }
            assertThatIllegalArgumentException().isThrownBy(() -> stores.open("file://host/a b"));
        }
    }

    @Test
    void nothingIsOpenedAfterItIsClosed() {
        ObjectStores stores = new ObjectStores(S3Configuration.aws());
        stores.close();

        assertThatIllegalStateException().isThrownBy(() -> stores.open(directory.toString()));
    }
}
