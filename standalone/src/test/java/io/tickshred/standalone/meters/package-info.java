/** The catalogue of what the services export, and what is checked against it: pages, dashboards, rules, scrapes. */
@NullMarked
package io.tickshred.standalone.meters;

import org.jspecify.annotations.NullMarked;
