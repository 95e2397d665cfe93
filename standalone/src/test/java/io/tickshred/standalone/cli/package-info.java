/** Tests of {@code cli}. */
@NullMarked
package io.tickshred.standalone.cli;

import org.jspecify.annotations.NullMarked;
