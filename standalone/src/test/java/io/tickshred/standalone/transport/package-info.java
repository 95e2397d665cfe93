/** The transport against a real broker, with processes killed and brokers restarted. */
@NullMarked
package io.tickshred.standalone.transport;

import org.jspecify.annotations.NullMarked;
