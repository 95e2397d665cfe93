/** Tests of the composition of services in one JVM. */
@NullMarked
package io.tickshred.standalone;

import org.jspecify.annotations.NullMarked;
