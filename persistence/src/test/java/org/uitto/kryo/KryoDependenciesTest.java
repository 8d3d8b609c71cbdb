package org.uitto.kryo;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import org.junit.jupiter.api.Test;

final class KryoDependenciesTest {
    private final JavaClasses classes = new ClassFileImporter().importPackages("org.uitto.kryo");

    @Test
    void knowsNothingElseOfUitto() {
        noClasses()
                .should()
                .dependOnClassesThat(JavaClass.Predicates.resideInAPackage("org.uitto..")
                        .and(JavaClass.Predicates.resideOutsideOfPackage("org.uitto.kryo")))
                .check(classes);
    }
}
