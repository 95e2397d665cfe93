/**
 * The ports to the message log: publish, process with replay, work queues, views of compacted topics. Adapters live in
 * packages named for their technology.
 */
@NullMarked
package io.tickshred.transport;

import org.jspecify.annotations.NullMarked;
