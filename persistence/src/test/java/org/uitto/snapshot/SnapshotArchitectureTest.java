package org.uitto.snapshot;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(packages = "org.uitto", importOptions = DoNotIncludeTests.class)
final class SnapshotArchitectureTest {
    @ArchTest
    static final ArchRule SNAPSHOTS_KNOW_NOTHING_ELSE_OF_UITTO = noClasses()
            .that()
            .resideInAPackage("org.uitto.snapshot..")
            .should()
            .dependOnClassesThat(resideInAPackage("org.uitto..")
                    .and(DescribedPredicate.not(resideInAnyPackage("org.uitto.snapshot..", "org.uitto.damage"))));

    @ArchTest
    static final ArchRule THE_ENGINE_IS_PLAIN_JAVA = noClasses()
            .that()
            .resideInAPackage("org.uitto.snapshot..")
            .and()
            .doNotHaveSimpleName("FileSnapshotStore")
            .and()
            .doNotHaveSimpleName("SnapshotCodec")
            .and()
            .doNotHaveSimpleName("SnapshotSettings")
            .and()
            .areTopLevelClasses()
            .should()
            .dependOnClassesThat(DescribedPredicate.not(
                    resideInAnyPackage("java..", "org.jspecify..", "org.uitto.snapshot..", "org.uitto.damage")));
}
