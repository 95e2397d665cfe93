/** Where the days stand, as heard on day-status. Read by the planner's decisions and its HTTP resources. */
@NullMarked
package io.tickshred.planner.status;

import org.jspecify.annotations.NullMarked;
