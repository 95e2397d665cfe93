/**
 * The port to object storage, its value types and errors. Adapters live in packages named for their technology; keys
 * are made in {@link io.tickshred.model.ObjectKeys} alone.
 */
@NullMarked
package io.tickshred.store;

import org.jspecify.annotations.NullMarked;
