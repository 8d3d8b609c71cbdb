package org.uitto.samples.web;

import static org.apache.pekko.http.javadsl.server.Directives.complete;
import static org.apache.pekko.http.javadsl.server.Directives.concat;
import static org.apache.pekko.http.javadsl.server.Directives.get;
import static org.apache.pekko.http.javadsl.server.Directives.path;
import static org.apache.pekko.http.javadsl.server.Directives.pathEnd;
import static org.apache.pekko.http.javadsl.server.Directives.pathEndOrSingleSlash;
import static org.apache.pekko.http.javadsl.server.Directives.pathSingleSlash;
import static org.apache.pekko.http.javadsl.server.Directives.redirect;
import static org.apache.pekko.http.javadsl.server.Directives.redirectToTrailingSlashIfMissing;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.apache.pekko.http.javadsl.model.ContentType;
import org.apache.pekko.http.javadsl.model.ContentTypes;
import org.apache.pekko.http.javadsl.model.HttpCharsets;
import org.apache.pekko.http.javadsl.model.HttpEntities;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.MediaTypes;
import org.apache.pekko.http.javadsl.model.StatusCodes;
import org.apache.pekko.http.javadsl.model.headers.RawHeader;
import org.apache.pekko.http.javadsl.server.Route;

/** Files of the jar that make up a page: {@code index.html} and what it names. */
public final class WebFiles {
    private static final Set<String> SHARED = Set.of("tokens.css", "icon.svg");

    private WebFiles() {}

    /**
     * Serves {@code names} of {@code folder}, and {@code index.html} in place of no name.
     *
     * @param folder within the resource folder {@code web}, such as {@code chat}
     */
    public static Route of(String folder, List<String> names) {
        Route index = file(folder, "index.html");
        List<Route> routes = new ArrayList<>();
        for (String name : names) {
            routes.add(path(name, () -> file(SHARED.contains(name) ? "shared" : folder, name)));
        }
        routes.add(pathEnd(() -> redirectToTrailingSlashIfMissing(StatusCodes.FOUND, () -> index)));
        return get(() -> concat(pathSingleSlash(() -> index), routes.toArray(Route[]::new)));
    }

    /** Leads from the root to {@code page}. */
    public static Route entrance(String page) {
        return pathEndOrSingleSlash(
                () -> get(() -> redirect(org.apache.pekko.http.javadsl.model.Uri.create(page), StatusCodes.FOUND)));
    }

    private static Route file(String folder, String name) {
        String resource = "/web/" + folder + "/" + name;
        try (InputStream input = WebFiles.class.getResourceAsStream(resource)) {
            byte[] bytes = Objects.requireNonNull(input, resource).readAllBytes();
            return complete(HttpResponse.create()
                    .withEntity(HttpEntities.create(type(name), bytes))
                    .addHeader(RawHeader.create("Cache-Control", "no-cache")));
        } catch (IOException e) {
            throw new UncheckedIOException(resource + " can't be read", e);
        }
    }

    private static ContentType type(String name) {
        if (name.endsWith(".html")) {
            return ContentTypes.TEXT_HTML_UTF8;
        } else if (name.endsWith(".css")) {
            return MediaTypes.TEXT_CSS.toContentType(HttpCharsets.UTF_8);
        } else if (name.endsWith(".js")) {
            return MediaTypes.APPLICATION_JAVASCRIPT.toContentType(HttpCharsets.UTF_8);
        }
        return MediaTypes.IMAGE_SVG_XML.toContentType();
    }
}
