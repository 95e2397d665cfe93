/** Contracts that implementations of the ports pass, fakes and fixtures. For tests alone; no service depends on it. */
@NullMarked
package io.tickshred.testkit;

import org.jspecify.annotations.NullMarked;
