package io.tickshred.record;

import io.soabase.recordbuilder.core.RecordBuilder;
import io.soabase.recordbuilder.core.RecordBuilder.BuilderMode;
import io.soabase.recordbuilder.core.RecordBuilder.ConcreteSettersForOptionalMode;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * A record with so many components that two of one type could be swapped unseen. The compiler is given a builder that
 * asks for each component by its name, in the record's order, and builds only when none is left; those that are
 * {@code Optional} come last, in any order, and are empty where nothing is said of them. {@code from} starts at another
 * record. The constructor stays the one place where values are checked, and the one that JSON is read by.
 */
@RecordBuilder.Template(
        options =
                @RecordBuilder.Options(
                        builderMode = BuilderMode.STAGED_REQUIRED_ONLY,
                        copyMethodName = "from",
                        addConcreteSettersForOptional = ConcreteSettersForOptionalMode.ENABLED,
                        addStaticBuilder = false,
                        enableGetters = false,
                        enableWither = false))
@Retention(RetentionPolicy.SOURCE)
@Target(ElementType.TYPE)
public @interface BuiltByName {}
