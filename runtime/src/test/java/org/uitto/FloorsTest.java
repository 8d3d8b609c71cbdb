package org.uitto;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.util.Random;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.ThreadLocalRandom;

/** Lower floors know nothing of higher ones. */
@AnalyzeClasses(packages = "org.uitto", importOptions = DoNotIncludeTests.class)
class FloorsTest {
    private static final Set<String> CLOCKS_AND_CHANCE = Set.of(
            "java.lang.System.nanoTime",
            "java.lang.System.currentTimeMillis",
            "java.lang.Math.random",
            "java.time.Clock.systemUTC",
            "java.time.Clock.systemDefaultZone",
            "java.time.Instant.now",
            "java.time.LocalDateTime.now",
            "java.util.UUID.randomUUID");

    private static ArchRule floor(String floor, String... above) {
        return noClasses().that().resideInAPackage(floor).should().dependOnClassesThat(resideInAnyPackage(above));
    }

    @ArchTest
    static final ArchRule CORE_IS_PLAIN_JAVA = classes()
            .that()
            .resideInAPackage("org.uitto.core..")
            .should()
            .onlyDependOnClassesThat(
                    resideInAnyPackage("java..", "org.jspecify.annotations", "org.uitto.core..", "org.uitto.log"));

    @ArchTest
    static final ArchRule CORE_KNOWS_NO_CLOCK_NO_CHANCE_AND_NO_THREAD = noClasses()
            .that()
            .resideInAPackage("org.uitto.core..")
            .should()
            .dependOnClassesThat(resideInAnyPackage(
                            "java.time..", "java.util.concurrent..", "java.util.random..", "java.io..", "java.net..")
                    .or(DescribedPredicate.describe(
                            "are threads or chance",
                            type -> Set.of(
                                            Thread.class.getName(),
                                            Random.class.getName(),
                                            SplittableRandom.class.getName(),
                                            ThreadLocal.class.getName())
                                    .contains(type.getName()))));

    @ArchTest
    static final ArchRule CORE_IS_BELOW_ROLE =
            floor("org.uitto.core..", "org.uitto.role..", "org.uitto.node..", "org.uitto.wire..");

    @ArchTest
    static final ArchRule ROLE_IS_BELOW_NODE =
            floor("org.uitto.role..", "org.uitto.node..", "org.uitto.wire..", "org.uitto.replicated..", "org.uitto");

    @ArchTest
    static final ArchRule NODE_IS_BELOW_REPLICATED =
            floor("org.uitto.node..", "org.uitto.wire..", "org.uitto.replicated..", "org.uitto");

    @ArchTest
    static final ArchRule REPLICATED_IS_BELOW_THE_EXTENSION =
            floor("org.uitto.replicated..", "org.uitto.node..", "org.uitto.wire..", "org.uitto");

    @ArchTest
    static final ArchRule WIRE_IS_A_SIDE_WING = floor("org.uitto.wire..", "org.uitto.replicated..", "org.uitto");

    @ArchTest
    static final ArchRule NOBODY_KNOWS_WIRE = noClasses()
            .that()
            .resideOutsideOfPackage("org.uitto.wire..")
            .should()
            .dependOnClassesThat(resideInAPackage("org.uitto.wire.."));

    @ArchTest
    static final ArchRule NOBODY_KNOWS_THE_TESTKIT = noClasses()
            .that()
            .resideOutsideOfPackage("org.uitto.testkit..")
            .should()
            .dependOnClassesThat(resideInAPackage("org.uitto.testkit.."));

    @ArchTest
    static final ArchRule NOBODY_KNOWS_THE_LEASES_NOR_WHAT_THEY_ARE_FOR = noClasses()
            .that()
            .resideOutsideOfPackage("org.uitto.lease..")
            .should()
            .dependOnClassesThat(resideInAnyPackage("org.uitto.lease..", "org.apache.pekko.coordination.."));

    @ArchTest
    static final ArchRule LEASES_KNOW_NO_MORE_THAN_AN_APPLICATION =
            floor("org.uitto.lease..", "org.uitto.core..", "org.uitto.role..", "org.uitto.node..", "org.uitto.log..");

    @ArchTest
    static final ArchRule THE_PERSISTENT_SIDE_KNOWS_NOTHING_ABOVE_IT = noClasses()
            .that()
            .resideInAnyPackage("org.uitto.kryo..", "org.uitto.log..", "org.uitto.journal..")
            .should()
            .dependOnClassesThat(resideInAnyPackage(
                    "org.uitto.core..",
                    "org.uitto.role..",
                    "org.uitto.node..",
                    "org.uitto.wire..",
                    "org.uitto.replicated..",
                    "org.uitto"));

    @ArchTest
    static final ArchRule REPLICATED_KNOWS_THE_ROLES_ONLY_BY_THEIR_MESSAGES = noClasses()
            .that()
            .resideInAPackage("org.uitto.replicated..")
            .should()
            .dependOnClassesThat(resideInAPackage("org.uitto.core.."));

    @ArchTest
    static final ArchRule TIME_AND_CHANCE_COME_IN_AS_ARGUMENTS = noClasses()
            .that()
            .resideInAnyPackage("org.uitto.core..", "org.uitto.role..", "org.uitto.replicated..")
            .should()
            .accessTargetWhere(DescribedPredicate.<JavaAccess<?>>describe(
                    "reads a clock or draws by chance",
                    access -> CLOCKS_AND_CHANCE.contains(access.getTargetOwner().getName() + "." + access.getName())
                            || Set.of(
                                            Random.class.getName(),
                                            SplittableRandom.class.getName(),
                                            ThreadLocalRandom.class.getName())
                                    .contains(access.getTargetOwner().getName())));

    @ArchTest
    static final ArchRule PACKAGES_HAVE_NO_CYCLES =
            slices().matching("org.uitto.(**)").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule NO_PACKAGE_FOR_WHAT_HAS_NO_HOME = noClasses()
            .that(resideInAPackage("org.uitto.."))
            .should()
            .resideInAnyPackage("..util..", "..common..", "..impl..");

    @ArchTest
    static final ArchRule NO_CLASS_FOR_WHAT_HAS_NO_HOME = noClasses()
            .that(resideInAPackage("org.uitto.."))
            .should()
            .haveNameMatching(".*(Utils?|Helper|Manager|Impl)");
}
