/** Tests of what can be tested of the Kafka transport without a broker; the rest is in standalone. */
@NullMarked
package io.tickshred.transport.kafka;

import org.jspecify.annotations.NullMarked;
