/** Tests of {@code verify}. */
@NullMarked
package io.tickshred.standalone.verify;

import org.jspecify.annotations.NullMarked;
