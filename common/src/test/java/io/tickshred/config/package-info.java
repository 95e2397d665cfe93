/** Tests of configuration files and the lines that they are refused with. */
@NullMarked
package io.tickshred.config;

import org.jspecify.annotations.NullMarked;
