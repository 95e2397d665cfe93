/** The planner's HTTP resources: ask for a day, see where days stand. They decide nothing; the log's handlers do. */
@NullMarked
package io.tickshred.planner.http;

import org.jspecify.annotations.NullMarked;
