/**
 * All services in one JVM, and days run through them. The command line is in {@code cli}, embedded Kafka and S3 in
 * {@code embedded}; no logic of a service lives here.
 */
@NullMarked
package io.tickshred.standalone;

import org.jspecify.annotations.NullMarked;
