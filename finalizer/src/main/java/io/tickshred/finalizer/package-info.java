/** The finalizer service: wiring, settings and the handler of its tasks. Decisions live in the packages below. */
@NullMarked
package io.tickshred.finalizer;

import org.jspecify.annotations.NullMarked;
