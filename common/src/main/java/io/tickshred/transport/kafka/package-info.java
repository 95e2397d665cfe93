/**
 * The transport on Kafka 4.2 and later: topics, transactional coordinators, share-group work queues, views. Nothing of
 * what the messages mean.
 */
@NullMarked
package io.tickshred.transport.kafka;

import org.jspecify.annotations.NullMarked;
