/**
 * The JSON messages between services, one record a message, and the codec that reads and writes them. Nothing here
 * knows Kafka, and no message carries SQL or a file path.
 */
@NullMarked
package io.tickshred.message;

import org.jspecify.annotations.NullMarked;
