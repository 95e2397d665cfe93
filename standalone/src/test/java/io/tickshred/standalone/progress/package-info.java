/** Tests of {@code progress}. */
@NullMarked
package io.tickshred.standalone.progress;

import org.jspecify.annotations.NullMarked;
