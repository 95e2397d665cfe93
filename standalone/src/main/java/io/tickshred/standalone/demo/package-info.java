/**
 * Makes synthetic trading days for the demo and for tests of size. Input only: nothing here knows how a day is
 * shredded.
 */
@NullMarked
package io.tickshred.standalone.demo;

import org.jspecify.annotations.NullMarked;
