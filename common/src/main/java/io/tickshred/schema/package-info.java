/**
 * What the columns of a table's source objects are, and what they come to over a day: types, and how those of several
 * objects are reconciled. Pure; knows footers, and neither stores nor SQL.
 */
@NullMarked
package io.tickshred.schema;

import org.jspecify.annotations.NullMarked;
