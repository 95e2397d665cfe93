/** Servers of the default run and the tests: Kafka and S3 in this JVM, on 127.0.0.1. Never part of a deployed service. */
@NullMarked
package io.tickshred.standalone.embedded;

import org.jspecify.annotations.NullMarked;
