/** Tests of the S3 store against a server that answers by hand. */
@NullMarked
package io.tickshred.store.s3;

import org.jspecify.annotations.NullMarked;
