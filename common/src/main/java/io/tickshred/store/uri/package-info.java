/** Opens the store that a URI names. The only place that knows all kinds of stores; no kind of store knows it. */
@NullMarked
package io.tickshred.store.uri;

import org.jspecify.annotations.NullMarked;
