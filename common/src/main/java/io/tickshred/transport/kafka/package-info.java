/**
 * The transport on Kafka: topics, transactional coordinators, work queues on share groups or consumer groups, views.
 * Nothing of what the messages mean.
 */
@NullMarked
package io.tickshred.transport.kafka;

import org.jspecify.annotations.NullMarked;
