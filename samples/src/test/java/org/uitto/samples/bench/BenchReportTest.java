package org.uitto.samples.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What is read of the figures of nodes and of other systems, and the page that shows them. */
class BenchReportTest {
    private static final BenchReport.Point OWN = new BenchReport.Point(
            "Uitto",
            "write",
            100,
            16,
            16_000,
            700,
            4_200,
            12_900,
            63,
            20,
            Optional.of(new BenchReport.NodeWork(12.34, 1_456.7)));

    @Test
    void showsEachCurveAndItsFigures() {
        BenchReport.Point peer = new BenchReport.Point(
                "a <peer>", "write", 100, 16, 8_000, 1_300, 8_000, 9_000, 158, 40, Optional.empty());

        String page = new BenchReport(List.of(OWN, peer)).html();

        assertTrue(page.contains("<td>Uitto, write of 100 bytes</td><td>16</td><td>16,000</td><td>0.70</td>"), page);
        assertTrue(page.contains("<td>1,456.70</td><td>12.3</td></tr>"), page);
        assertTrue(page.contains("a &lt;peer&gt;, write of 100 bytes"), page);
        assertEquals(4, page.split("<polyline", -1).length - 1, page);
        assertFalse(page.contains("NaN"), page);
        assertFalse(page.contains("http"), "needs something else: " + page);
    }

    @Test
    void drawsWhatHasNoFiguresToo() {
        String page = new BenchReport(
                        List.of(new BenchReport.Point("Uitto", "read", 0, 1, 0, 0, 0, 0, 0, 0, Optional.empty())))
                .html();

        assertFalse(page.contains("NaN"), page);
    }

    @Test
    void readsTheLinesOfTheHarness() throws JsonProcessingException {
        String write =
                "{\"peer\":\"aeron\",\"op\":\"write\",\"c\":16,\"payload\":100,\"ops_per_s\":8887,\"p50_us\":1300,"
                        + "\"p99_us\":8000,\"p999_us\":9000,\"server_cpu_s_per_kop\":0.158,\"client_cpu_s_per_kop\":0.04}";
        String failover = "{\"peer\":\"aeron\",\"op\":\"failover\",\"c\":16,\"failover_ms\":11317}";

        assertEquals(
                Optional.of(new BenchReport.Point(
                        "aeron", "write", 100, 16, 8_887, 1_300, 8_000, 9_000, 158, 40, Optional.empty())),
                BenchReport.ofPeer(write));
        assertEquals(Optional.empty(), BenchReport.ofPeer(failover));
    }

    @Test
    void addsUpThePausesOfACollector() {
        List<String> said = List.of(
                "[0.010s][info][gc] Using G1",
                "node a: ready at 127.0.0.1:7351",
                "[1.234s][info][gc] GC(0) Pause Young (Normal) (G1 Evacuation Pause) 25M->3M(512M) 3.250ms",
                "[1.300s][info][gc] GC(1) Concurrent Mark Cycle 20.000ms",
                "[1.320s][info][gc] GC(1) Pause Remark 30M->30M(512M) 0.750ms");

        assertEquals(Duration.ofMillis(4), GcPauses.among(said));
    }
}
