/**
 * The command line: one class a command, options and their errors, what goes to standard output and what to the log
 * file. Commands compose; the work is done elsewhere.
 */
@NullMarked
package io.tickshred.standalone.cli;

import org.jspecify.annotations.NullMarked;
