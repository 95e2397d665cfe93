/**
 * How a figure that a service exports is declared: once, with its unit, its tags and the alert worth having.
 * docs/metrics.md and the tests of dashboards and rules come from the declarations. What is counted is declared where
 * it is counted.
 */
@NullMarked
package io.tickshred.meter;

import org.jspecify.annotations.NullMarked;
