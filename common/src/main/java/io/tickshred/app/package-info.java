/**
 * What the three Dropwizard applications share: their configuration and the wiring of transport, stores, datasets,
 * metrics and health. No work of a service lives here.
 */
@NullMarked
package io.tickshred.app;

import org.jspecify.annotations.NullMarked;
