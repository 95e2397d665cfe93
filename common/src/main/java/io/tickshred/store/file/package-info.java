/** Objects as files of a directory tree. Nothing here knows of S3, and no other package touches the tree's files. */
@NullMarked
package io.tickshred.store.file;

import org.jspecify.annotations.NullMarked;
