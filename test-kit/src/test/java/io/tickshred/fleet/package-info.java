/** Tests of what the services of a fleet share, against fakes of the test kit. */
@NullMarked
package io.tickshred.fleet;

import org.jspecify.annotations.NullMarked;
