/** A browser to look at pages with, as a person would. */
@NullMarked
package io.tickshred.standalone.browser;

import org.jspecify.annotations.NullMarked;
