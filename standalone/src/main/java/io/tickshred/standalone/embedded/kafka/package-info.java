/**
 * The embedded Kafka broker: formatted on first use, one node, on a free port. Broker types do not leave this package.
 */
@NullMarked
package io.tickshred.standalone.embedded.kafka;

import org.jspecify.annotations.NullMarked;
