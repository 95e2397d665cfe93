package io.tickshred.planner.scan;

import io.tickshred.parquet.Footer;
import io.tickshred.planner.discovery.PlanException;
import java.io.IOException;
import java.util.List;

/** Looks at each object of a table once while its footer is at hand. */
public interface FooterVisitor {
    /**
     * Looks at one object. Called by several threads at once. An {@link IOException} is taken as the object's fault or
     * the store's.
     */
    void visit(Footer footer) throws IOException, InterruptedException;

    /** Ends the visits, once; says what was found wrong with objects after they were shown, one problem an object. */
    List<PlanException> finish() throws InterruptedException;
}
