/** What the embedded S3 server adds to S3Proxy, in the types of the AWS model that S3Proxy speaks. */
@NullMarked
package io.tickshred.standalone.embedded.s3;

import org.jspecify.annotations.NullMarked;
