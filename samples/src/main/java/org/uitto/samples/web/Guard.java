package org.uitto.samples.web;

import static org.apache.pekko.http.javadsl.server.Directives.complete;
import static org.apache.pekko.http.javadsl.server.Directives.extractRequest;
import static org.apache.pekko.http.javadsl.server.Directives.respondWithHeaders;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.pekko.http.javadsl.model.HttpHeader;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.StatusCode;
import org.apache.pekko.http.javadsl.model.StatusCodes;
import org.apache.pekko.http.javadsl.model.headers.RawHeader;
import org.apache.pekko.http.javadsl.server.Route;

/**
 * Lets pages of this cluster in, and no others: a page from elsewhere that runs in the same browser must not read or steer what
 * is here. A request without an {@code Origin} does not come from another page.
 */
public final class Guard {
    private final Set<String> hosts;
    private final Set<String> origins;
    private final String policy;

    /**
     * A guard of what is served at {@code own}.
     *
     * @param pages where the pages are that may ask
     */
    public Guard(WebAddress own, List<WebAddress> pages) {
        this.hosts = new TreeSet<>(own.authorities());
        this.origins = pages.stream()
                .flatMap(page -> page.authorities().stream())
                .map(authority -> "http://" + authority)
                .collect(Collectors.toCollection(TreeSet::new));
        String connections = pages.stream()
                .flatMap(page -> page.authorities().stream())
                .distinct()
                .flatMap(authority -> Stream.of("http://" + authority, "ws://" + authority))
                .collect(Collectors.joining(" "));
        this.policy = "default-src 'self'; connect-src 'self' " + connections
                + "; img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
    }

    /** {@code route}, for those who may. */
    public Route around(Route route) {
        return extractRequest(request -> {
            if (!hosts.contains(header(request, "host").orElse(""))) {
                return refused(
                        StatusCodes.MISDIRECTED_REQUEST,
                        "This is not " + header(request, "host").orElse("(no host)") + ". It is " + hosts
                                + "; see uitto-web.addresses.");
            }
            Optional<String> origin = header(request, "origin");
            if (origin.isPresent() && !origins.contains(origin.get())) {
                return refused(
                        StatusCodes.FORBIDDEN,
                        "A page from " + origin.get() + " may not use this. Those of " + origins
                                + " may; see uitto-web.addresses.");
            }
            return respondWithHeaders(headers(origin), () -> route);
        });
    }

    private static Optional<String> header(HttpRequest request, String name) {
        return request.getHeader(name).map(HttpHeader::value);
    }

    private List<HttpHeader> headers(Optional<String> origin) {
        Stream<HttpHeader> always = Stream.of(
                RawHeader.create("Content-Security-Policy", policy),
                RawHeader.create("X-Content-Type-Options", "nosniff"),
                RawHeader.create("Referrer-Policy", "no-referrer"),
                RawHeader.create("Vary", "Origin"));
        Stream<HttpHeader> forPage = origin.stream().map(page -> RawHeader.create("Access-Control-Allow-Origin", page));
        return Stream.concat(always, forPage).toList();
    }

    private static Route refused(StatusCode status, String reason) {
        return complete(status, reason);
    }
}
