/** Tests of what columns come to over a day. */
@NullMarked
package io.tickshred.schema;

import org.jspecify.annotations.NullMarked;
