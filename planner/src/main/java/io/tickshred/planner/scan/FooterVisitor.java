package io.tickshred.planner.scan;

import io.tickshred.duckdb.DuckDbException;
import io.tickshred.parquet.Footer;
import io.tickshred.planner.discovery.PlanException;
import java.io.IOException;

/** Looks at each object of a table once while its footer is at hand. Called by several threads at once. */
@FunctionalInterface
public interface FooterVisitor {
    /**
     * Looks at one object. An {@link IOException} or {@link DuckDbException} is taken as the object's fault or the
     * store's; a {@link PlanException} is told as it is.
     */
    void visit(Footer footer) throws IOException, DuckDbException, PlanException, InterruptedException;
}
