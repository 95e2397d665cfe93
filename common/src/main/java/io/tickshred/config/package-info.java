/** Configuration records shared by all services, validated, with errors that quote the YAML path. */
@NullMarked
package io.tickshred.config;

import org.jspecify.annotations.NullMarked;
