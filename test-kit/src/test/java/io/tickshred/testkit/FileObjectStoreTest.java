package io.tickshred.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.tickshred.store.ObjectStore;
import io.tickshred.store.ObjectStoreException.Kind;
import io.tickshred.store.StoredObject;
import io.tickshred.store.file.FileObjectStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Lives here because {@code common} cannot depend on the kit. */
class FileObjectStoreTest extends ObjectStoreContract {
    private Path root;
    private ObjectStore store;

    @BeforeEach
    void makeRoot() throws Exception {
        store = emptyStore();
    }

    @Override
    protected ObjectStore emptyStore() throws Exception {
        root = Files.createDirectories(scratch.resolve("root"));
        return new FileObjectStore(root);
    }

    @Override
    protected ObjectStore missingRoot() {
        return new FileObjectStore(scratch.resolve("missing"));
    }

    @Override
    protected void beginUpload(ObjectStore store, String key) throws IOException {
        Path hidden = Files.createDirectories(root.resolve(".tickshred-tmp"));
        Files.write(hidden.resolve(UUID.randomUUID() + ".part"), new byte[] {1});
    }

    @Test
    void theFirstWriteMakesTheRoot() throws Exception {
        ObjectStore missing = missingRoot();

        assertThat(missing.writeIfAbsent("a/b", "x".getBytes(UTF_8))).isTrue();

        assertThat(scratch.resolve("missing/a/b")).hasContent("x");
    }

    @Test
    void deletingTheLastObjectOfADirectoryRemovesTheDirectoryButNotTheRoot() throws Exception {
        store.writeIfAbsent("a/b/c/1", new byte[] {1});
        store.writeIfAbsent("a/2", new byte[] {1});

        store.delete(List.of("a/b/c/1"));
        assertThat(root.resolve("a/b")).doesNotExist();
        assertThat(root.resolve("a/2")).exists();

        store.delete(List.of("a/2"));
        assertThat(root.resolve("a")).doesNotExist();
        assertThat(root).isDirectory();
    }

    @Test
    void noHalfWrittenFileAndNoEmptyDirectoryStaysBehind() throws Exception {
        store.writeIfAbsent("a/1", new byte[] {1});
        store.writeIfAbsent("a/1", new byte[] {2});
        store.replace("never/was", new byte[] {3}, "etag");

        try (Stream<Path> hidden = Files.list(root.resolve(".tickshred-tmp"))) {
            assertThat(hidden.map(Path::getFileName).map(Path::toString)).containsOnly("lock");
        }
        assertThat(root.resolve("never")).doesNotExist();
    }

    @Test
    void theHiddenFolderIsNoPlaceForObjects() {
        assertThatIllegalArgumentException().isThrownBy(() -> store.writeIfAbsent(".tickshred-tmp/x", new byte[0]));
        assertThatIllegalArgumentException().isThrownBy(() -> store.read(".tickshred-tmp/lock"));
        assertThatIllegalArgumentException().isThrownBy(() -> store.read("../outside"));
    }

    @Test
    void symbolicLinksAreFollowedWhenReading() throws Exception {
        Path outside = Files.createDirectories(scratch.resolve("outside"));
        Files.writeString(outside.resolve("data"), "linked");
        Files.createSymbolicLink(root.resolve("link"), outside);

        assertThat(store.read("link/data")).asString(UTF_8).isEqualTo("linked");
        assertThat(keys("link/")).containsExactly("link/data");
    }

    @Test
    void nothingIsWrittenOrDeletedThroughALinkThatLeadsOut() throws Exception {
        Path outside = Files.createDirectories(scratch.resolve("outside"));
        Files.writeString(outside.resolve("data"), "linked");
        Files.createSymbolicLink(root.resolve("link"), outside);

        fails(Kind.NO_ACCESS, "link/new", () -> store.writeIfAbsent("link/new", new byte[] {1}));
        fails(Kind.NO_ACCESS, "link/sub/new", () -> store.writeIfAbsent("link/sub/new", new byte[] {1}));
        fails(Kind.NO_ACCESS, "link/data", () -> store.delete(List.of("link/data")));

        assertThat(outside).isDirectoryNotContaining(path -> !path.endsWith("data"));
        assertThat(outside.resolve("data")).hasContent("linked");
    }

    @Test
    void linksInACircleOrToNothingFailTheListing() throws Exception {
        Files.createSymbolicLink(root.resolve("up"), root);
        fails(Kind.NO_ACCESS, "up", () -> store.list("", object -> {}));

        Files.delete(root.resolve("up"));
        Files.createSymbolicLink(root.resolve("broken"), root.resolve("gone"));
        fails(Kind.NOT_FOUND, "broken", () -> store.list("", object -> {}));
    }

    @Test
    void aFilePutThereByOtherMeansIsAnObject() throws Exception {
        Files.writeString(root.resolve("by-hand"), "x");

        StoredObject object = store.head("by-hand");

        assertThat(store.replace("by-hand", "y".getBytes(UTF_8), object.etag())).isTrue();
        assertThat(store.head("by-hand").etag()).isNotEqualTo(object.etag());
    }

    @Test
    void aKeyIsNotAnObjectAndAPrefixAtOnce() throws IOException {
        store.writeIfAbsent("a", new byte[] {1});

        fails(Kind.NO_ACCESS, "a/b", () -> store.writeIfAbsent("a/b", new byte[] {1}));
        fails(Kind.NOT_FOUND, "a/b", () -> store.read("a/b"));
    }
}
