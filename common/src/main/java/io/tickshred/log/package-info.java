/**
 * How the services log: lines made of a message and keys of one vocabulary, shown as text or as JSON. What is logged is
 * decided where it happens.
 */
@NullMarked
package io.tickshred.log;

import org.jspecify.annotations.NullMarked;
