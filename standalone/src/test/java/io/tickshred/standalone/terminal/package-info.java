/** A terminal for tests of what people see on one: a real pseudo-terminal, and a picture of what stands on it. */
@NullMarked
package io.tickshred.standalone.terminal;

import org.jspecify.annotations.NullMarked;
