package org.uitto;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.belongToAnyOf;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDateTime;
import java.util.Random;

/** Lower floors know nothing of higher ones: the persistent side. */
@AnalyzeClasses(packages = "org.uitto", importOptions = DoNotIncludeTests.class)
class PersistenceFloorsTest {
    @ArchTest
    static final ArchRule KRYO_KNOWS_NOTHING_OF_US = noClasses()
            .that()
            .resideInAPackage("org.uitto.kryo..")
            .should()
            .dependOnClassesThat(resideInAPackage("org.uitto..").and(not(resideInAPackage("org.uitto.kryo.."))));

    @ArchTest
    static final ArchRule THE_JOURNAL_KNOWS_NOTHING_OF_RAFT = noClasses()
            .that()
            .resideInAPackage("org.uitto.journal..")
            .should()
            .dependOnClassesThat(resideInAPackage("org.uitto..")
                    .and(not(resideInAnyPackage("org.uitto.journal..", "org.uitto.damage"))))
            .allowEmptyShould(true);

    @ArchTest
    static final ArchRule THE_VALUES_OF_A_LOG_ARE_PLAIN_JAVA = classes()
            .that()
            .resideInAPackage("org.uitto.log")
            .should()
            .onlyDependOnClassesThat(resideInAnyPackage("java..", "org.jspecify.annotations", "org.uitto.log"));

    @ArchTest
    static final ArchRule THE_STORE_KNOWS_ONLY_LOG_KRYO_AND_DAMAGE = noClasses()
            .that()
            .resideInAPackage("org.uitto.log.store..")
            .should()
            .dependOnClassesThat(resideInAPackage("org.uitto..")
                    .and(not(resideInAnyPackage(
                            "org.uitto.log", "org.uitto.log.store", "org.uitto.kryo", "org.uitto.damage"))));

    @ArchTest
    static final ArchRule THE_PERSISTENT_SIDE_KNOWS_NOTHING_ABOVE_IT = noClasses()
            .should()
            .dependOnClassesThat(resideInAnyPackage(
                    "org.uitto.core..",
                    "org.uitto.role..",
                    "org.uitto.node..",
                    "org.uitto.wire..",
                    "org.uitto.replicated..",
                    "org.uitto.testkit.."));

    @ArchTest
    static final ArchRule THE_VALUES_OF_A_LOG_KNOW_NO_CLOCK_AND_NO_CHANCE = noClasses()
            .that()
            .resideInAPackage("org.uitto.log")
            .should()
            .dependOnClassesThat(resideInAnyPackage("java.time..", "java.util.random.."));

    /** An actor may set a timer for a while, but what time it is it is told. */
    @ArchTest
    static final ArchRule WHAT_STORES_A_LOG_LOOKS_AT_NO_CLOCK = noClasses()
            .that()
            .resideInAPackage("org.uitto.log.store")
            .should()
            .dependOnClassesThat(resideInAnyPackage("java.util.random..")
                    .or(belongToAnyOf(Clock.class, Instant.class, LocalDateTime.class, Random.class)))
            .orShould()
            .callMethod(System.class, "nanoTime")
            .orShould()
            .callMethod(System.class, "currentTimeMillis");

    @ArchTest
    static final ArchRule PACKAGES_HAVE_NO_CYCLES =
            slices().matching("org.uitto.(**)").should().beFreeOfCycles();
}
