/** What the compiler is told of records. Nothing here is there when a program runs. */
@NullMarked
package io.tickshred.record;

import org.jspecify.annotations.NullMarked;
