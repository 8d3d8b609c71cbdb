package org.uitto.journal;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

final class JournalArchitectureTest {
    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("org.uitto.journal");

    @Test
    void theJournalKnowsNothingOfRaft() {
        noClasses()
                .that()
                .resideInAPackage("org.uitto.journal..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("org.uitto.log..", "org.uitto.core..", "org.uitto.kryo..")
                .check(CLASSES);
    }

    @Test
    void theEngineIsPlainJava() {
        noClasses()
                .that()
                .resideInAPackage("org.uitto.journal.segment..")
                .should()
                .dependOnClassesThat()
                .resideOutsideOfPackages("java..", "org.uitto.journal.segment..", "org.uitto.damage", "org.jspecify..")
                .check(CLASSES);
    }

    @Test
    void theEngineHasNoClockChanceOrThread() {
        noClasses()
                .that()
                .resideInAPackage("org.uitto.journal.segment..")
                .should()
                .dependOnClassesThat()
                .belongToAnyOf(
                        Thread.class,
                        java.util.Random.class,
                        java.util.Timer.class,
                        java.util.concurrent.Executors.class)
                .orShould()
                .callMethod(System.class, "nanoTime")
                .orShould()
                .callMethod(System.class, "currentTimeMillis")
                .orShould()
                .callMethod(java.util.UUID.class, "randomUUID")
                .check(CLASSES);
    }
}
