/**
 * Kafka and S3 inside this process, for the demo, for single-machine runs and for tests. Nothing of the fleet's own
 * logic.
 */
@NullMarked
package io.tickshred.standalone.embedded;

import org.jspecify.annotations.NullMarked;
