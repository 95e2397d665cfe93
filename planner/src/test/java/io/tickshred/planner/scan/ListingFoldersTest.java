package io.tickshred.planner.scan;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ListingFoldersTest {
    private final ListingFolders folders = new ListingFolders();

    @Test
    void aListingIsInTheFoldersWhereItWasFound() {
        folders.add("1", ListingFolders.of("trades/mic=XNAS/part-0.parquet"));
        folders.add("1", ListingFolders.of("trades/mic=XNAS/part-1.parquet"));
        folders.add("2", ListingFolders.of("trades/mic=XNYS/part-0.parquet"));
        folders.add("2", ListingFolders.of("trades/mic=XNAS/part-0.parquet"));
        folders.add("3", ListingFolders.of("part-0.parquet"));

        assertThat(folders.foldersOf("1")).containsExactly("trades/mic=XNAS/");
        assertThat(folders.foldersOf("2")).containsExactlyInAnyOrder("trades/mic=XNAS/", "trades/mic=XNYS/");
        assertThat(folders.foldersOf("3")).containsExactly("");
        assertThat(folders.foldersOf("4")).isEmpty();
        assertThat(folders.known()).isTrue();
    }

    @Test
    void moreFoldersThanMarketsHaveAreForgottenAndTakeNoMemory() {
        for (int minute = 0; minute < 1_440; minute++) {
            for (int listing = 0; listing < 100; listing++) {
                folders.add("" + listing, "minute=" + minute + "/");
            }
        }

        assertThat(folders.known()).isFalse();
        assertThat(folders.foldersOf("1")).isEmpty();
    }
}
