/**
 * What a person sees of days that run: progress while they do, and the table, proof and query at their end. Text only;
 * nothing here decides anything about a day.
 */
@NullMarked
package io.tickshred.standalone.progress;

import org.jspecify.annotations.NullMarked;
