package io.tickshred.planner.http;

import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.ext.Provider;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Refuses with 403 what a browser sends for a page of another site: nobody who can make a person open a page may have
 * days run. Browsers say where a request comes from in {@code Sec-Fetch-Site} or, without TLS, in {@code Origin};
 * programs send neither. Only what changes nothing is answered to everybody.
 */
@Provider
public final class OwnPagesOnly implements ContainerRequestFilter {
    private static final Set<String> HARMLESS = Set.of("GET", "HEAD", "OPTIONS");
    /**
     * Names that this planner was asked by: its own, or the one that a proxy was. A page of another site cannot set the
     * second without asking first, which nobody here allows.
     */
    private static final List<String> HOSTS = List.of(HttpHeaders.HOST, "X-Forwarded-Host");

    /** A page of ours, or a person at the address bar. */
    private static final Set<String> OWN = Set.of("same-origin", "none");

    private static final String REFUSED = "a page of another site may not ask this planner to do anything: use the"
            + " planner's own page, or a program, which sends no Origin";

    @Override
    public void filter(ContainerRequestContext request) {
        if (!HARMLESS.contains(request.getMethod()) && isForeign(request)) {
            request.abortWith(Json.error(Response.Status.FORBIDDEN, REFUSED));
        }
    }

    private static boolean isForeign(ContainerRequestContext request) {
        String site = request.getHeaderString("Sec-Fetch-Site");
        if (site != null) {
            // No page can set it, and it holds behind a proxy that gives the planner another name.
            return !OWN.contains(site.toLowerCase(Locale.ROOT));
        }
        String origin = request.getHeaderString("Origin");
        return origin != null
                && HOSTS.stream()
                        .map(request::getHeaderString)
                        .noneMatch(host -> isOf(origin.toLowerCase(Locale.ROOT), host));
    }

    /** Whether an origin, such as {@code http://planner:8080}, is of the host that the request was sent to. */
    private static boolean isOf(String origin, @Nullable String host) {
        int scheme = origin.indexOf("://");
        if (scheme < 0 || host == null) {
            return false;
        }
        String port = origin.startsWith("https:") ? ":443" : ":80";
        return withoutPort(origin.substring(scheme + 3), port).equals(withoutPort(host.toLowerCase(Locale.ROOT), port));
    }

    private static String withoutPort(String authority, String port) {
        return authority.endsWith(port) ? authority.substring(0, authority.length() - port.length()) : authority;
    }
}
