/**
 * The page to watch days on, and the events that feed it. It shows what the log says and asks for days as anyone does,
 * by {@code POST /plans}; it decides nothing.
 */
@NullMarked
package io.tickshred.planner.watch;

import org.jspecify.annotations.NullMarked;
