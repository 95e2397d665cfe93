/**
 * What a dataset, a day, a plan, a batch and a manifest are: validated immutable records on the JDK alone. No
 * framework, no I/O, no message may live here.
 */
@NullMarked
package io.tickshred.model;

import org.jspecify.annotations.NullMarked;
