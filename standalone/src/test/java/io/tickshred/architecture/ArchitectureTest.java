package io.tickshred.architecture;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaFieldAccess;
import com.tngtech.archunit.core.domain.JavaMethodCall;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.util.Set;
import org.jspecify.annotations.NullMarked;
import org.slf4j.Logger;

/** The package map of ARCHITECTURE.md, held over all modules that make up the standalone program. */
@AnalyzeClasses(packages = "io.tickshred", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
    private static final String[] COMMON = {
        "io.tickshred.app..",
        "io.tickshred.log..",
        "io.tickshred.meter..",
        "io.tickshred.record..",
        "io.tickshred.model..",
        "io.tickshred.message..",
        "io.tickshred.config..",
        "io.tickshred.transport..",
        "io.tickshred.store..",
        "io.tickshred.fleet..",
        "io.tickshred.source..",
        "io.tickshred.parquet..",
        "io.tickshred.schema..",
        "io.tickshred.duckdb.."
    };

    private static final Set<String> LEVELS = Set.of("info", "warn", "error");

    @ArchTest
    static final ArchRule theModelStandsOnTheJdkAlone = classes()
            .that()
            .resideInAPackage("io.tickshred.model..")
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage("io.tickshred.model..", "java..", "org.jspecify.annotations..");

    @ArchTest
    static final ArchRule theModelTouchesNeitherFilesNorSocketsNorDatabases = noClasses()
            .that()
            .resideInAPackage("io.tickshred.model..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("java.io..", "java.nio.file..", "java.net..", "java.sql..");

    @ArchTest
    static final ArchRule kafkaStaysInPackagesNamedForIt =
            only("..kafka..", "org.apache.kafka..", "kafka..", "scala..");

    @ArchTest
    static final ArchRule s3StaysInPackagesNamedForIt =
            only("..s3..", "software.amazon..", "org.gaul..", "org.jclouds..");

    @ArchTest
    static final ArchRule parquetStaysInPackagesNamedForIt =
            only("..parquet..", "org.apache.parquet..", "org.apache.hadoop..", "shaded.parquet..");

    @ArchTest
    static final ArchRule jdbcStaysInPackagesNamedForDuckDb =
            only("..duckdb..", "org.duckdb..", "java.sql..", "javax.sql..");

    @ArchTest
    static final ArchRule servicesKnowEachOtherThroughMessagesAlone = slices().matching(
                    "io.tickshred.(planner|shred|finalizer)..")
            .should()
            .notDependOnEachOther();

    @ArchTest
    static final ArchRule commonKnowsNoService = noClasses()
            .that()
            .resideInAnyPackage(COMMON)
            .should()
            .dependOnClassesThat(new DescribedPredicate<>("are Tickshred's outside common") {
                @Override
                public boolean test(JavaClass type) {
                    return type.getPackageName().startsWith("io.tickshred.")
                            && !JavaClass.Predicates.resideInAnyPackage(COMMON).test(type);
                }
            });

    @ArchTest
    static final ArchRule nothingThatIsDeployedKnowsTheTestKit = noClasses()
            .that()
            .resideOutsideOfPackage("io.tickshred.testkit..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("io.tickshred.testkit..");

    @ArchTest
    static final ArchRule packagesFormNoCycle =
            slices().matching("io.tickshred.(**)").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule onlyProgramsPrint = noClasses()
            .that()
            .resideOutsideOfPackages("..cli..", "io.tickshred.app..")
            .should()
            .accessFieldWhere(new DescribedPredicate<>("System.out or System.err is read outside a main method") {
                @Override
                public boolean test(JavaFieldAccess access) {
                    return access.getTargetOwner().isEquivalentTo(System.class)
                            && !access.getOrigin().getName().equals("main");
                }
            })
            .orShould()
            .callMethod(Throwable.class, "printStackTrace");

    /** A planner's lines for CloudWatch are no log. */
    @ArchTest
    static final ArchRule ownLinesHaveKeysOfTheVocabulary = noClasses()
            .that()
            .resideOutsideOfPackages("io.tickshred.log..", "io.tickshred.testkit..")
            .should()
            .callMethodWhere(new DescribedPredicate<>("a logger is told a line without LogLine") {
                @Override
                public boolean test(JavaMethodCall call) {
                    return call.getTargetOwner().isEquivalentTo(Logger.class)
                            && LEVELS.contains(call.getTarget().getName());
                }
            });

    @ArchTest
    static final ArchRule nothingIsNamedForWhatItIsNot =
            noClasses().should().haveNameMatching(".*(Utils?|Helpers?|Manager|Impl)(\\$.*)?");

    @ArchTest
    static void everyPackageSaysWhatLivesInItAndIsNullMarked(JavaClasses classes) {
        classes().should(resideInANullMarkedPackage()).check(classes);
    }

    private static ArchRule only(String home, String... packages) {
        return noClasses()
                .that()
                .resideOutsideOfPackage(home)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(packages);
    }

    private static ArchCondition<JavaClass> resideInANullMarkedPackage() {
        return new ArchCondition<>("reside in a package whose package-info.java is @NullMarked") {
            @Override
            public void check(JavaClass type, ConditionEvents events) {
                if (!type.getPackage().isAnnotatedWith(NullMarked.class)) {
                    events.add(SimpleConditionEvent.violated(
                            type, type.getName() + ": its package has no @NullMarked package-info.java"));
                }
            }
        };
    }
}
