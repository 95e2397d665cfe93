/** Tests of {@code demo}. */
@NullMarked
package io.tickshred.standalone.demo;

import org.jspecify.annotations.NullMarked;
