package org.uitto.samples.demo;

import static org.junit.jupiter.api.Assertions.fail;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.logging.Level;
import org.jspecify.annotations.Nullable;
import org.openqa.selenium.JavascriptException;
import org.openqa.selenium.OutputType;
import org.openqa.selenium.StaleElementReferenceException;
import org.openqa.selenium.WebDriverException;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.logging.LogEntry;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.logging.LoggingPreferences;

/** A headless Chromium of its own, with a fresh profile. */
final class Browser implements AutoCloseable {
    private static final List<Path> PROGRAMS = List.of(
            Path.of("/usr/bin/chromium"), Path.of("/usr/bin/chromium-browser"), Path.of("/usr/bin/google-chrome"));
    private static final List<Path> DRIVERS = List.of(
            Path.of("/usr/bin/chromedriver"),
            Path.of("/usr/lib/chromium/chromedriver"),
            Path.of("/usr/lib/chromium-browser/chromedriver"));
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private final ChromeDriver driver;

    private Browser(ChromeDriver driver) {
        this.driver = driver;
    }

    /** Why there is no browser on this machine; empty if there is one. */
    static Optional<String> whyNone() {
        if (found(PROGRAMS).isPresent() && found(DRIVERS).isPresent()) {
            return Optional.empty();
        }
        return Optional.of("no Chromium with its driver is installed (Debian: chromium, chromium-driver); looked for "
                + PROGRAMS + " and " + DRIVERS);
    }

    private static Optional<File> found(List<Path> places) {
        return places.stream().filter(Files::isExecutable).map(Path::toFile).findFirst();
    }

    /** Starts one. */
    static Browser start() {
        ChromeOptions options = new ChromeOptions();
        options.setBinary(found(PROGRAMS).orElseThrow());
        options.addArguments(
                "--headless=new",
                "--no-sandbox", // Refused to root, which is who runs in a container.
                "--disable-gpu",
                "--disable-dev-shm-usage",
                "--hide-scrollbars",
                "--force-color-profile=srgb",
                "--no-first-run",
                "--window-size=1280,800");
        LoggingPreferences logs = new LoggingPreferences();
        logs.enable(LogType.BROWSER, Level.ALL);
        options.setCapability(ChromeOptions.LOGGING_PREFS, logs);
        ChromeDriverService service = new ChromeDriverService.Builder()
                .usingDriverExecutable(found(DRIVERS).orElseThrow())
                .usingAnyFreePort()
                .build();
        return new Browser(new ChromeDriver(service, options));
    }

    /** The page in light or dark, at a size in CSS pixels. */
    void looksAs(boolean dark, int width, int height) {
        driver.executeCdpCommand(
                "Emulation.setEmulatedMedia",
                Map.of(
                        "features",
                        List.of(
                                Map.of("name", "prefers-color-scheme", "value", dark ? "dark" : "light"),
                                Map.of("name", "prefers-reduced-motion", "value", "no-preference"))));
        driver.executeCdpCommand(
                "Emulation.setDeviceMetricsOverride",
                Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", width < 600));
    }

    void open(String url) {
        driver.get(url);
    }

    /** Opens a page of a node that may not serve it yet. */
    void openWhenThere(String url) {
        await("the page at " + url, () -> {
            try {
                open(url);
                return text("document.title").contains("Uitto");
            } catch (WebDriverException e) {
                return false;
            }
        });
    }

    void reload() {
        driver.navigate().refresh();
    }

    /** What {@code javascript}, a function's body, returns. */
    @Nullable
    Object run(String javascript, Object... arguments) {
        return driver.executeScript(javascript, arguments);
    }

    /** The text that {@code expression} is. */
    String text(String expression) {
        return String.valueOf(run("return " + expression));
    }

    /** The whole number that {@code expression} is. */
    long number(String expression) {
        return Long.parseLong(text(expression));
    }

    /** Waits until {@code expression} is true. */
    void await(String expression) {
        await(expression, () -> {
            try {
                return Boolean.TRUE.equals(run("return Boolean(" + expression + ")"));
            } catch (JavascriptException | StaleElementReferenceException e) {
                return false; // Not yet.
            }
        });
    }

    /** Waits for {@code condition}. */
    void await(String what, BooleanSupplier condition) {
        long deadlineNanos = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - deadlineNanos > 0) {
                String page = text("document.body.innerText") + "\nIts console: " + errors();
                fail("In the page at " + driver.getCurrentUrl() + " it did not come to: " + what + "\nIts text: "
                        + page.replaceAll("[^\\p{ASCII}]", "?")); // The test runner got stuck on others.
            }
            LockSupport.parkNanos(Duration.ofMillis(50).toNanos());
        }
    }

    /**
     * What went wrong in the page since this was asked last. That a connection is refused or cut is no error of the page: the
     * browser says so whenever a node is gone.
     */
    List<String> errors() {
        return driver.manage().logs().get(LogType.BROWSER).getAll().stream()
                .filter(entry -> entry.getLevel().intValue() >= Level.WARNING.intValue())
                .map(LogEntry::getMessage)
                .filter(message -> !message.contains("net::ERR_") && !message.contains("WebSocket connection to"))
                .toList();
    }

    /** A picture of what is seen. */
    void picture(Path file) throws IOException {
        Files.createDirectories(file.toAbsolutePath().getParent());
        Files.write(file, driver.getScreenshotAs(OutputType.BYTES));
    }

    /** Pictures in light and dark, at this size and at that of a phone. */
    void pictures(Path folder, String name, int width, int height) throws IOException {
        for (boolean dark : List.of(false, true)) {
            String colours = dark ? "-dark" : "-light";
            looksAs(dark, width, height);
            await("document.fonts.status == 'loaded'");
            LockSupport.parkNanos(Duration.ofMillis(1500).toNanos()); // What is drawn each second fits by then.
            picture(folder.resolve(name + colours + ".png"));
            looksAs(dark, 390, 780);
            LockSupport.parkNanos(Duration.ofMillis(1500).toNanos());
            picture(folder.resolve(name + "-phone" + colours + ".png"));
        }
    }

    @Override
    public void close() {
        driver.quit();
    }
}
