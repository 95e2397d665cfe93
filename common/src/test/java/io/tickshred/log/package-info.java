@NullMarked
package io.tickshred.log;

import org.jspecify.annotations.NullMarked;
