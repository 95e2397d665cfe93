/** Objects in S3 through the AWS SDK. AWS types stay in here; what comes out is the store port's own. */
@NullMarked
package io.tickshred.store.s3;

import org.jspecify.annotations.NullMarked;
