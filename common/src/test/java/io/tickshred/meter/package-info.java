@NullMarked
package io.tickshred.meter;

import org.jspecify.annotations.NullMarked;
