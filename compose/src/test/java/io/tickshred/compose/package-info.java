/** Tests of what runs the fleet: images, docker-compose.yml, the ECS template. Nothing here is deployed. */
@NullMarked
package io.tickshred.compose;

import org.jspecify.annotations.NullMarked;
