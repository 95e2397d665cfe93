/** Counts what goes through a transport, whichever it is. Changes nothing of it. */
@NullMarked
package io.tickshred.transport.metered;

import org.jspecify.annotations.NullMarked;
